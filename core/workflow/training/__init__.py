"""A training: asked for, checked, estimated, done in a worker, and its curves."""
