"""Is this gradient right? The table read with complex numbers, and differences that know no rule of calculus."""
