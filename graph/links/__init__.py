"""From officials to the winners of their buyers' tenders."""
