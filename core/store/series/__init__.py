"""Rows of what is imported: series on their way in, what is there already, what a deletion takes along."""
