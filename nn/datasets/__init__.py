"""The data files and where they come from; `nn.iris` and `nn.digits` read them."""
