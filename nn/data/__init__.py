"""Data: real and generated sets, and the functions that read, split, standardize and batch examples."""
