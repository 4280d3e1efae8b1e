"""Colours of charts that people with any kind of colour vision tell apart, and a black-and-white printer too."""

SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")
"""Okabe and Ito, Color Universal Design (2008): blue, orange, bluish green, reddish purple."""
