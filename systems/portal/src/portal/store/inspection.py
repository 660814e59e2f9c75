"""What a file is, judged by its content and never by its name: PDF, JPG or PNG, whole, and small enough to open.

Pure: bytes in, verdict out. The magic number is asked first, then the structure is really read, so a renamed program,
a torn file or a picture that would fill the memory is refused by name of the fault.
"""

from __future__ import annotations

import io
import unicodedata
import warnings
from dataclasses import dataclass
from enum import StrEnum

import pikepdf
import puremagic
from PIL import Image, ImageFile

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000  # about four A3 pages at 300 dpi; a bomb has thousands of millions
MAX_PDF_PAGES = 500

_SIGNATURES = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_EXTENSION = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_PIL_FORMAT = {"image/jpeg": "JPEG", "image/png": "PNG"}


class FileFault(StrEnum):
    """Why a file is refused; each has its own text and next step."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    WRONG_TYPE = "WRONG_TYPE"
    BROKEN = "BROKEN"
    LOCKED = "LOCKED"
    ACTIVE = "ACTIVE"
    IMAGE_TOO_LARGE = "IMAGE_TOO_LARGE"


class FileRefused(ValueError):
    """The content is not one that can be accepted."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Inspected:
    """What the content turned out to be. `name` is safe to show and to send as a file name."""

    name: str
    media_type: str
    size: int


def media_type_of(content: bytes) -> str:
    """The media type that the first bytes prove. Raises FileRefused(WRONG_TYPE)."""
    found = next((kind for signature, kind in _SIGNATURES if content.startswith(signature)), None)
    # guard: upload-type-by-content
    if found is None:
        raise FileRefused(FileFault.WRONG_TYPE)
    try:
        guesses = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        guesses = set()
    if guesses and found not in guesses:
        raise FileRefused(FileFault.WRONG_TYPE)
    return found


def _read_pdf(content: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if not 0 < len(pdf.pages) <= MAX_PDF_PAGES:
                raise FileRefused(FileFault.BROKEN)
            root = pdf.Root
            names = root.get("/Names", pikepdf.Dictionary())
            # A paper needs no script, no program to start and no file inside: who opens it is an official.
            if "/JavaScript" in names or "/EmbeddedFiles" in names or "/AA" in root or _starts_something(root):
                raise FileRefused(FileFault.ACTIVE)
    except pikepdf.PasswordError:
        raise FileRefused(FileFault.LOCKED) from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError) as fault:
        if isinstance(fault, FileRefused):
            raise
        raise FileRefused(FileFault.BROKEN) from None


def _starts_something(root: pikepdf.Object) -> bool:
    action = root.get("/OpenAction")
    kind = action.get("/S") if isinstance(action, pikepdf.Dictionary) else None
    return kind is not None and str(kind) not in {"/GoTo", "/URI"}


def _read_image(content: bytes, media_type: str) -> None:
    # WeasyPrint, imported elsewhere in the process, lets torn pictures pass for everybody (seen); here they do not.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_PIL_FORMAT[media_type]]) as image:
                # guard: image-bomb-refused
                if image.width * image.height > MAX_PIXELS:
                    raise FileRefused(FileFault.IMAGE_TOO_LARGE)
                image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused(FileFault.IMAGE_TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError, EOFError) as fault:
        if isinstance(fault, FileRefused):
            raise
        raise FileRefused(FileFault.BROKEN) from None


def safe_name(name: str, media_type: str) -> str:
    """The name as shown and sent: NFC, no path, no control or direction signs, the extension of the real type."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*%;')
    stem = visible.rsplit(".", 1)[0] if "." in visible else visible
    return (" ".join(stem.split()).strip(". ")[:100] or "tep") + _EXTENSION[media_type]


def inspect(name: str, content: bytes) -> Inspected:
    """Judge an uploaded file. Raises FileRefused with the fault."""
    # guard: upload-not-empty
    if not content:
        raise FileRefused(FileFault.EMPTY)
    if len(content) > MAX_BYTES:
        raise FileRefused(FileFault.TOO_LARGE)
    media_type = media_type_of(content)
    if media_type == "application/pdf":
        _read_pdf(content)
    else:
        _read_image(content, media_type)
    return Inspected(safe_name(name, media_type), media_type, len(content))
