"""What every wing needs: what counts as a number, checks and their messages, escaping, writing files."""
