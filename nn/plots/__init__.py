"""Plots of networks and of their training, by matplotlib."""
