"""Source files in, normalised records out. Knows no graph library and no web framework."""
