"""Caches that processes share, whose values are JSON and never pickles."""
