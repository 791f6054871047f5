"""Hearts as wholes: function with its conventions, the base decided, what makes no sense, many as a table."""
