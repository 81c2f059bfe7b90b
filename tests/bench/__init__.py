"""Benchmarks: each prints a table, none asserts a time. Run one with ``python -m tests.bench.NAME``."""
