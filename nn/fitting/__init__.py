"""Fitting: the training loop.

Begin with the body of `fit`, in ``fit.py``: it reads what it was given, takes the steps of one epoch after another, and
says how training ended. What it does around the loop are plain functions in the rooms beside it.

given      what `fit` was given, read and checked once, before anything moves
setup      the settings of a training, and the results of an epoch
epoch      one epoch: a step for each batch, then a line in the history
step       one step on Values: forward, backward, update; all of it or nothing
way        whether steps are taken on Values or on arrays
arrays     one step on arrays, by a program that is first compared with the Values
reach      the first steps, which show the weights that would silently never move
stopping   what a callback is given, patience, and a loss that rises
progress   the bar
history    what was recorded: a table, a CSV file
"""
