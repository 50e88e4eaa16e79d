"""The crash drill: real processes, killed, stopped and lied to, and what came of it."""
