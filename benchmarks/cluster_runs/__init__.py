"""The parts of the cluster's measurement: its store, what it is asked, and a simulation of more nodes."""
