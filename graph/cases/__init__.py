"""Findings about the same parties, joined into cases that keep their ids."""
