"""Home: what is in the store, the active model, what to do next."""
