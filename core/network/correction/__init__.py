"""The network that corrects a mask by what a reader points at: what it is fed, and what it may change."""
