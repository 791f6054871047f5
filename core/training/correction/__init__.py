"""How a network learns to correct: from mistakes, and from a reader who is simulated."""
