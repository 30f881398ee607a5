"""Random graphs are the same on every run: a suite that fails must fail again."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")
