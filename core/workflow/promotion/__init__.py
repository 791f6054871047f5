"""Whether a candidate has earned the active model's place, and a person's act that gives it."""
