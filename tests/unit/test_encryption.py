"""Secrets at rest."""

import pytest
from cryptography.fernet import Fernet

from clusters.credentials.encryption import DecryptionFailed, Encryptor

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class TestEncryptor:
    def test_decrypts_what_it_encrypted(self):
        assert Encryptor([NEW]).decrypt(Encryptor([NEW]).encrypt("s3cret")) == "s3cret"

    def test_encrypts_to_something_else(self):
        assert "s3cret" not in Encryptor([NEW]).encrypt("s3cret")

    def test_decrypts_what_an_older_key_encrypted(self):
        assert (
            Encryptor([NEW, OLD]).decrypt(Encryptor([OLD]).encrypt("s3cret"))
            == "s3cret"
        )

    def test_encrypts_with_the_first_key(self):
        assert (
            Encryptor([NEW]).decrypt(Encryptor([NEW, OLD]).encrypt("s3cret"))
            == "s3cret"
        )

    @pytest.mark.parametrize("sealed", ["", "rubbish", "gAAAA", "ü"])
    def test_refuses_what_no_key_decrypts(self, sealed):
        with pytest.raises(DecryptionFailed):
            Encryptor([NEW]).decrypt(sealed)

    def test_refuses_the_text_of_another_key(self):
        with pytest.raises(DecryptionFailed):
            Encryptor([NEW]).decrypt(Encryptor([OLD]).encrypt("s3cret"))

    @pytest.mark.parametrize("keys", [[], ["short"]])
    def test_needs_a_key(self, keys):
        with pytest.raises(ValueError, match=r"."):
            Encryptor(keys)

    def test_shows_no_key(self):
        assert NEW not in repr(Encryptor([NEW]))
