"""What every wing needs: the definition of a number, checks and their messages, escaping, writing files.

Begin with `real`, which says what a number is, and `checks`, where the messages of errors have their grammar.
"""
