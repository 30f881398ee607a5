"""What an expert looks at before training: the data, the network and how the two go together, in plain words."""
