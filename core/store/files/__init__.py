"""Files beside the database: images by their content, in a folder or a bucket."""
