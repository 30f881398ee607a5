"""The steps that pass the gradient back, and with them the whole of a lifted program.

Begin with `build`, which runs record, contract, lift and reverse in order. `backward` says what each step passes back,
`shares` how what arrives at an array is summed.
"""
