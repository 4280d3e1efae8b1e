"""One router per file. The order decides who is asked first; `question` takes every text that nobody else took."""
