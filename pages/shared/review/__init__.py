"""Sections of the Review page: the editor, the queue, versions, and who else is there."""
