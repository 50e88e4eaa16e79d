"""Shared cache backends that store JSON, never pickles."""
