"""The hearts of the store, the ones most worth a look first."""
