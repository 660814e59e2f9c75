"""Files on their way in: counted while they stream, refused as soon as they are too large, never on disk in clear.

Django's own handlers would first store the whole body. This one keeps at most `MAX_BYTES` in memory and lets the rest
pass by unread by us; a body that even announces more than `MAX_ANNOUNCED` is not read at all.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from portal.store.inspection import MAX_BYTES

MAX_ANNOUNCED = 64 * 1024 * 1024
MAX_FILES = 5


class BoundedUploadHandler(FileUploadHandler):
    """Keeps one request's files in memory up to the limit, and notes (`too_large`) which field went over it."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.too_large: set[str] = set()
        self._files = 0
        self._buffer: io.BytesIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files > MAX_FILES:
            raise StopUpload(connection_reset=True)
        self._buffer = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self._buffer is None:
            return None
        # guard: upload-refused-while-streaming
        if start + len(raw_data) > MAX_BYTES:
            self._buffer = None
            self.too_large.add(str(self.field_name))
            return None
        self._buffer.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        if self._buffer is None:
            return None
        self._buffer.seek(0)
        return InMemoryUploadedFile(
            file=self._buffer,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def bound_uploads(request: HttpRequest) -> bool:
    """Sets the bounded handler, before anything reads the body; False when the body announces too much to be read."""
    handler = BoundedUploadHandler(request)
    request.upload_handlers = [handler]
    request.too_large = handler.too_large  # type: ignore[attr-defined]
    return int(request.META.get("CONTENT_LENGTH") or 0) <= MAX_ANNOUNCED


def takes_files(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views that take uploads: sets the bounded handler before anything reads the body (also the CSRF check)."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not bound_uploads(request) and request.method == "POST":
            return render(request, "store/too_large.html", status=413)
        return protected(request, *args, **kwargs)

    return guarded
