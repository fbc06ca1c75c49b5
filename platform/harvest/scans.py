"""A scan on disk, known by its header only: nothing is decoded."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path

from PIL import Image

from ..errors import FormatError
from ..records import ImageSource, Size


def read_scan(path: Path) -> ImageSource:
    """Return a scan as a source with its size, media type and bytes. Raises FormatError where it is no picture."""
    try:
        with warnings.catch_warnings():
            # A large scan is no attack (ceilings are kept by who decodes it), and odd Exif data is not our business.
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                size, format_ = Size(*picture.size), Image.MIME.get(picture.format or "", "")
        count = path.stat().st_size
    except Image.DecompressionBombError as error:
        raise FormatError(str(path), "the picture says it is larger than any scan") from error
    except (OSError, SyntaxError, ValueError, OverflowError, EOFError, struct.error) as error:
        raise FormatError(str(path), "this is no picture that can be read, or its header is broken") from error
    return ImageSource(str(path), size=size, format=format_, bytes=count)
