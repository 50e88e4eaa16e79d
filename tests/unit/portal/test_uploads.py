"""A file that somebody puts into a form goes nowhere."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from pytest_django import Settings

FEW, MANY = 10, 3_000_000
"""Less and more than Django keeps in memory by default."""


@pytest.mark.parametrize("size", [FEW, MANY])
class TestAFile:
    def test_is_read_past(self, size: int, settings: Settings, tmp_path: Path) -> None:
        settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "none"  # who writes there fails
        file = SimpleUploadedFile("name", size * b"x")
        form = {"before": "a", "file": file, "after": "b"}
        request = RequestFactory().post("/login/", form)
        assert request.POST.dict() == {"before": "a", "after": "b"}
        assert not request.FILES
