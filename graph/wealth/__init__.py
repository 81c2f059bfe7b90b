"""Household income against purchases: officials whose declarations do not explain what their household bought."""
