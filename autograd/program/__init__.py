"""Program: the class that users meet, and the choice of the way in which a program runs.

Begin with `program`; `plan` chooses the way, `batches` runs it block by block, and `nodes` is the one without arrays.
What Python decided while a loss was recorded is found in `decisions` and checked in `validity`.
"""
