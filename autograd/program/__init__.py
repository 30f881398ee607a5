"""From steps on arrays to a program: the source that a person can read, and what runs it."""
