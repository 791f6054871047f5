"""Models in and out of the store: registered, listed, exported, removed."""
