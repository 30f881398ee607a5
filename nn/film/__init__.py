"""Watching a network learn: a film of the weights, and the page that plays it."""
