"""What every wing needs: the definition of a number, checks and their messages, escaping, writing files."""
