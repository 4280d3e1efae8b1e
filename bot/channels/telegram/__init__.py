"""Telegram: receiving by polling or webhook, sending within its limits."""
