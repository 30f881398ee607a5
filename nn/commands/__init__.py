"""What the command line does: ``python -m nn train`` and ``python -m nn predict``."""
