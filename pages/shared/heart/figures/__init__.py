"""What is measured of the open heart, beside its picture: numbers always, the rest section by section."""
