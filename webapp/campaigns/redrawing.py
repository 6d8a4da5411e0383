"""A picture decoded and written anew: what was hidden in the file stays behind."""

import re
import struct
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, ImageSequence

from webapp.core.errors import DomainError
from webapp.core.i18n import _l

LARGEST_UPLOAD = 5 * 1024 * 1024
# A message is 600 pixels wide: twice that is sharp on every screen.
WIDEST, HIGHEST = 1200, 4000
# What it may be before it is made smaller; a decoder needs four bytes for each.
MOST_PIXELS = 40_000_000
MOST_FRAMES = 200
# A small file may take 300 MB while it is decoded: one at a time in each process.
_ALONE = Lock()
LARGEST = 2 * 1024 * 1024
_QUALITY = 85
_READ = ("PNG", "JPEG", "GIF", "WEBP")
# What decoders raise over files that are broken, or made to break them.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    OverflowError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
_SVG = re.compile(rb"<(?:!DOCTYPE\s+)?svg\b", re.IGNORECASE)


class NotAPicture(DomainError):
    """The file is no picture that mail programs show."""

    status = 422
    message = _l("Take a picture: JPEG, PNG, GIF or WebP, of at most 5 MB.")


class DrawingRefused(DomainError):
    """An SVG may hold code, and mail programs do not show it."""

    status = 422
    message = _l("Mail programs do not show SVG drawings: export it as PNG.")


class PictureTooLarge(DomainError):
    """It has too many pixels or frames, or stays too heavy when made smaller."""

    status = 422
    message = _l("This picture is too large: make it smaller first.")


@dataclass(frozen=True)
class Drawn:
    """A picture as it is kept."""

    content: bytes
    media_type: str
    width: int
    height: int


def redraw(content: bytes) -> Drawn:
    """The picture alone, upright and no larger than a message needs.

    :raises NotAPicture: for anything that is not one of the four kinds.
    :raises DrawingRefused: for SVG.
    :raises PictureTooLarge: for what would take too much, here or in a mailbox.
    """
    if not 0 < len(content) <= LARGEST_UPLOAD:
        raise NotAPicture
    try:
        with _ALONE, Image.open(BytesIO(content), formats=_READ) as image:
            drawn = _drawn(image)
    except _BROKEN as error:
        if _SVG.search(content[:1000]):
            raise DrawingRefused from error
        raise NotAPicture from error
    if len(drawn.content) > LARGEST:
        raise PictureTooLarge
    return drawn


def _drawn(image: Image.Image) -> Drawn:
    frames = getattr(image, "n_frames", 1)
    if image.width * image.height > MOST_PIXELS or frames > MOST_FRAMES:
        raise PictureTooLarge
    if frames > 1 and image.format == "GIF":
        return _moving(image, frames)
    still = ImageOps.exif_transpose(image)
    still.thumbnail((WIDEST, HIGHEST))
    if still.mode in {"RGBA", "LA", "PA"} or "transparency" in still.info:
        return _kept(still.convert("RGBA"), "PNG", optimize=True)
    if image.format == "PNG":
        exact = _kept(still.convert("RGB"), "PNG", optimize=True)
        if len(exact.content) <= LARGEST // 4:
            return exact
    return _kept(
        still.convert("RGB"), "JPEG", quality=_QUALITY, optimize=True, progressive=True
    )


def _moving(image: Image.Image, frames: int) -> Drawn:
    if image.width * image.height * frames > MOST_PIXELS or image.width > WIDEST:
        raise PictureTooLarge
    first, *others = (one.copy() for one in ImageSequence.Iterator(image))
    return _kept(
        first,
        "GIF",
        save_all=True,
        append_images=others,
        loop=image.info.get("loop", 0),
        duration=[one.info.get("duration", 100) for one in (first, *others)],
    )


def _kept(image: Image.Image, kind: str, **options: object) -> Drawn:
    # The colours stay those that were meant; nothing else that the file said does.
    profile = image.info.get("icc_profile") if kind != "GIF" else None
    image.info = {}
    into = BytesIO()
    image.save(into, kind, **({"icc_profile": profile} if profile else {}), **options)
    return Drawn(into.getvalue(), f"image/{kind.lower()}", image.width, image.height)
