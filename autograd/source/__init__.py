"""NumPy source: steps on arrays written as a person would write them, and run."""
