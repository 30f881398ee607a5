"""What goes on inside a network, in numbers and in text."""
