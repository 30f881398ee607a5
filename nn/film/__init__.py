"""Training to be watched: a film of the weights, and the page that plays it."""
