"""Zalo Official Account: receiving, sending, and the rules of both.

Source of every rule named here: Zalo's OpenAPI and webhook documents as collected in docs/zalo.vi.md.
"""
