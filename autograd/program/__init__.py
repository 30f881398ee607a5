"""Program: what users meet, and what decides which way a program runs."""
