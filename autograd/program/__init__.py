"""Program: the class that users meet, and the choice of the way in which a program runs."""
