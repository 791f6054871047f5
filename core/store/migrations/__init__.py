"""Every form the store has had, oldest first."""
