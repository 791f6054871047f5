"""A store's rows in another database, of either kind: all of them and as of one moment, or none."""
