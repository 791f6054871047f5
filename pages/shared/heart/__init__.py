"""The heart's page: all its slices at a glance, the open one beside its figures."""
