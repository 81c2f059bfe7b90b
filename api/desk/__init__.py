"""The desk database: what people decide, kept with author and time, apart from the records."""
