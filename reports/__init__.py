"""Turns a finished report into a file. Empty until reports exist; the room keeps its place in the import order."""
