"""Networks: neurons, layers and what holds their parameters.

Begin with `layers`, from a neuron to an MLP. `module` finds parameters, and `init` draws weights.
"""
