"""Which keys mean the same party."""
