"""One archive of all that a home keeps and cannot be derived again: taken while the service runs, put back whole."""
