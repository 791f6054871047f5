"""What was given: files, folders and zips as one flat list of named sources, and what lies beside images."""
