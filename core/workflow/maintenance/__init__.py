"""The store looked after: copied, verified, swept."""
