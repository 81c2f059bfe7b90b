"""The steps that bring a desk database to the tables of this version, run when it is opened."""
