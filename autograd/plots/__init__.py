"""Plots of functions and of their derivatives, by matplotlib."""
