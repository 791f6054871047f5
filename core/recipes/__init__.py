"""What travels with a network and what a training is asked for, as plain values, without torch."""
