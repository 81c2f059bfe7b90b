"""A case as a picture or a file."""
