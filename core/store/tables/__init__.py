"""The tables, by subject; whoever imports one knows them all, since foreign keys name each other's tables."""

from core.store.tables import base, derived, hearts, masks, models, runs, slices, sources

__all__ = ["base", "derived", "hearts", "masks", "models", "runs", "slices", "sources"]
