"""Is this gradient right? The table read with complex numbers, and differences that know no rule of calculus.

Begin with `gradcheck`. It takes slopes from `differences`, the testimony of the record from `witness`, and compares
them in `verdict`.
"""
