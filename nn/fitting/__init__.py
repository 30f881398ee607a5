"""Fitting: the training loop, what it checks before and during the first steps, and when it ends.

Begin with `fit`, the loop, and `step`, one update. `arrays` takes the same steps with a program.
"""
