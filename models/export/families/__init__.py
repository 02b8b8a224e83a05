"""One module per model family: a tiny random model of the reference implementation, and its export."""
