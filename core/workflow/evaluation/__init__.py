"""How good a model is on the store's slices, beside other models, and readers beside readers."""
