"""Model files, which hold numbers and no code."""
