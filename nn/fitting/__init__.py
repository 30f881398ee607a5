"""Fitting: the training loop, what it checks before and during the first steps, and when it ends."""
