"""From a recorded graph of scalars to array code: record, contract, group, lift, print, run."""
