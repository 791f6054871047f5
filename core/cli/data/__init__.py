"""Commands that bring files in, take masks out, and compare or predict folders of files."""
