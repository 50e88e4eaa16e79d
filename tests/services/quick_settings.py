"""
The product's settings but for one: passwords are hashed quickly, and not safely.

Each test of real processes makes five people and signs two of them in, which would take
seconds. How the product hashes is tried where its own settings are used.
"""

from portal.settings import *  # noqa: F403  # the product's

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
