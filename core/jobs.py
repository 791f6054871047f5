"""Long work in its own process; its row in the store is the only channel back."""
