"""The engine: numbers that record what is done to them, and the sweeps that apply the chain rule to the record."""
