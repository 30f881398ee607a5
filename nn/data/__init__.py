"""Data: real and generated sets, how examples are read, split, standardized and taken in batches."""
