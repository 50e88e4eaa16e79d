"""Checks of the history: triggers, chains, heads, erased names, archives."""
