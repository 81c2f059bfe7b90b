"""Candidate rings: groups of firms, the evidence for each by kind, one score."""
