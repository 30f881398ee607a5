"""Derivatives of functions, to any order: the table read with Values."""
