"""The checks of an expert before training: the data, the network, and whether the two suit each other."""
