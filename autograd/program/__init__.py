"""Program: the class that users meet, and the choice of the way in which a program runs.

Begin with `program`; `plan` chooses the way, and `nodes` is the one without arrays.
"""
