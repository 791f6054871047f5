"""One heart on one page, to be printed or filed: HTML and PDF of the same content."""
