"""No page takes a file, so none is kept: neither in memory nor on disk."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    """
    Reads past every file of a form; `request.FILES` is empty.

    A page that takes a file sets `request.upload_handlers` to Django's
    MemoryFileUploadHandler before anything reads the form (the check for CSRF does), and
    has a line in `portal/serving/limits.py`.
    """

    def new_file(self, *_args: Any, **_kwargs: Any) -> None:
        """:raises SkipFile: always"""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: nothing is received of a file that is skipped."""

    def file_complete(self, file_size: int) -> None:
        """Say that there is no file."""
