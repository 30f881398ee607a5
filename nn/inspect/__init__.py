"""A look inside a network, in numbers and in text."""
