"""
The product's settings with a fast, unsafe password hasher.

Each test of real processes makes five people and signs two of them in, which would take
seconds. How the product hashes is tried where its own settings are used.
"""

from portal.settings import *  # noqa: F403  # the product's

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
