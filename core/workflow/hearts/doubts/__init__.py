"""What is doubtful about hearts, and which of them are worth a look first."""
