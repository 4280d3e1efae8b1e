"""Servers that behave as the platforms do, their limits and their whims included."""
