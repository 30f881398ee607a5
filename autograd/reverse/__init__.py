"""The steps that pass the gradient back, and with them the whole of a lifted program.

Begin with `build`, which runs record, contract, lift and reverse in order. `backward` gives the shares that each step
passes back, and `shares` adds up those that arrive at an array.
"""
