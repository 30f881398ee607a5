"""The commands of the command line: ``python -m nn train`` and ``python -m nn predict``."""
