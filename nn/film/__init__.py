"""Watching a network learn: a film of the weights, and the page that plays it.

Begin with `film`, the callback, and `record`, what it holds; `page` packs that with the scripts that stand beside it.

given        what a film was given, read and checked
plane        the two inputs, or the plane, over which a network is drawn
columns      networks whose units and weights can be drawn
contents     the facts and numbers that travel with the page
graphs       recorded graphs, with which the page computes as Python does, and which it opens
packing      numbers as text
gif          the film as a picture that moves, and its last moment as one that does not
predictions  what these pictures show beside the loss
"""
