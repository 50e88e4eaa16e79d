"""Secrets at rest."""

import pytest
from cryptography.fernet import Fernet

from clusters.credentials.encryption import DecryptionFailed, Encryptor

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class TestSealer:
    def test_opens_what_it_sealed(self):
        assert Encryptor([NEW]).open(Encryptor([NEW]).seal("s3cret")) == "s3cret"

    def test_seals_to_something_else(self):
        assert "s3cret" not in Encryptor([NEW]).seal("s3cret")

    def test_opens_what_an_older_key_sealed(self):
        assert Encryptor([NEW, OLD]).open(Encryptor([OLD]).seal("s3cret")) == "s3cret"

    def test_seals_with_the_first_key(self):
        assert Encryptor([NEW]).open(Encryptor([NEW, OLD]).seal("s3cret")) == "s3cret"

    @pytest.mark.parametrize("sealed", ["", "rubbish", "gAAAA", "ü"])
    def test_refuses_what_no_key_opens(self, sealed):
        with pytest.raises(DecryptionFailed):
            Encryptor([NEW]).open(sealed)

    def test_refuses_the_seal_of_another_key(self):
        with pytest.raises(DecryptionFailed):
            Encryptor([NEW]).open(Encryptor([OLD]).seal("s3cret"))

    @pytest.mark.parametrize("keys", [[], ["short"]])
    def test_needs_a_key(self, keys):
        with pytest.raises(ValueError, match=r"."):
            Encryptor(keys)

    def test_shows_no_key(self):
        assert NEW not in repr(Encryptor([NEW]))
