"""From a recorded graph of scalars to a list of steps on arrays: record, contract, lay out, group, reverse."""
