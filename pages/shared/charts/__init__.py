"""Charts, drawn from plain records."""
