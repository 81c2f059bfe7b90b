"""Back-tests: what a generation found, against what is known of the same tenders and firms."""
