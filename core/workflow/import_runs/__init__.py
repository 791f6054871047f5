"""Large imports, as runs of their own in a worker."""
