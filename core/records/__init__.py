"""The nouns that travel between layers: frozen, self-checking, with shapes and units in their names."""
