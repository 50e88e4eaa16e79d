"""The key that signs heads and archives, where the environment sets none."""

from django.db import models


class SigningKey(models.Model):
    """
    An Ed25519 key pair that was made once, at the first signature.

    The private key is encrypted with ENCRYPTION_KEYS. With AUDIT_SIGNING_KEY set, no row
    signs; then a row without a private key says that the given key was used. Rows stay,
    since their public keys belong to signatures that were made.
    """

    public_key = models.CharField(max_length=44, unique=True)
    """32 bytes in base64."""
    encrypted_key = models.TextField()
    """
    The 32 bytes of the private key in base64, or an empty text for a key that the
    environment gave, as `Encryptor.encrypt_for` wrote them.
    """
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_key
