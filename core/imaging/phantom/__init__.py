"""A synthetic beating heart with known volumes, for the demo and the tests."""
