"""Commands that train, judge and move models."""
