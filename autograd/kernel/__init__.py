"""The compiled kernel: one generic loop over the steps of any program, and one over the nodes of any graph."""
