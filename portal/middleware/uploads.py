"""Upload handler that discards files: no page of the portal accepts any."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class DiscardUploads(FileUploadHandler):
    """
    Skips every file of a form, so that `request.FILES` is empty.

    A page that accepts files has to set `request.upload_handlers` to Django's
    MemoryFileUploadHandler before the form is read (the CSRF check reads it), and to add
    its path to `portal/serving/limits.py`.
    """

    def new_file(self, *_args: Any, **_kwargs: Any) -> None:
        """:raises SkipFile: always"""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: the file was skipped."""

    def file_complete(self, file_size: int) -> None:
        """Return None: there is no file."""
