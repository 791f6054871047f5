"""Who does the slices of a long run: this machine's worker, or the nodes of a cluster."""
