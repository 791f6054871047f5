"""ED and ES side by side, and the long axis cut out of the stack, beside the open slice."""
