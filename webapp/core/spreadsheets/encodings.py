"""In which encoding a text file was saved, told from its bytes."""

import codecs
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

PIECE = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Of one byte a sign: Windows', the Mac's of old, DOS's (Excel still writes it).
_CANDIDATES = ("cp1252", "mac_roman", "cp850")
_LETTERS = frozenset("àâäçéèêëîïôöùûüÿœæáíóúñìòßøåãõ")
_CAPITALS = frozenset("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆÁÍÓÚÑÜØÅ")
_SIGNS = frozenset("’‘“”«»€°–—…\xa0")
# UTF-8 with some bytes that are none: those are read as Windows'.
MENDED = "vo-mended"


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error(MENDED, _windows)


def detect(path: Path) -> tuple[str, bool]:
    """The encoding as Python calls it, and whether some bytes are of another one."""
    with path.open("rb") as file:
        start = file.read(PIECE)
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding, encoding == "utf-8-sig" and _faults(path)[0] > 0
    wide = _without_mark(start)
    if wide:
        return wide, False
    faults, right = _faults(path)
    if not faults:
        return "utf-8", False
    if right > faults:
        return "utf-8", True
    return _single_byte(_high(path)), False


def _without_mark(start: bytes) -> str:
    """UTF-16 that does not say so: every other byte of Latin letters is zero."""
    half = len(start) // 2
    if half < 2:
        return ""
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if start[offset::2].count(0) > 0.6 * half > start[1 - offset :: 2].count(0):
            return encoding
    return ""


def _faults(path: Path) -> tuple[int, int]:
    """How many bytes cannot be UTF-8, and how many signs beyond ASCII are."""
    wrong = right = 0

    def note(error: UnicodeError) -> tuple[str, int]:
        nonlocal wrong
        wrong += 1
        return "", error.end if isinstance(error, UnicodeDecodeError) else 0

    codecs.register_error("vo-counting", note)
    decoder = codecs.getincrementaldecoder("utf-8")("vo-counting")
    for piece in _pieces(path):
        if piece.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(piece)
        right += len(text) - len(text.encode("ascii", "ignore"))
    decoder.decode(b"", final=True)
    return wrong, right


def _high(path: Path) -> bytes:
    """Some pieces of the file in which signs beyond ASCII stand."""
    kept = bytearray()
    for piece in _pieces(path):
        if not piece.isascii():
            kept += piece
        if len(kept) > PIECE:
            break
    return bytes(kept[: 2 * PIECE])


def _single_byte(sample: bytes) -> str:
    """Under which encoding the signs look most like words; Windows' in doubt."""
    return max(_CANDIDATES, key=lambda encoding: _likeness(sample, encoding))


def _likeness(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, "replace")
    score = 0
    for before, sign in pairwise(text):
        if sign < "\x80":
            continue
        if sign in _LETTERS:
            score += 3
        elif sign in _CAPITALS:
            # A capital inside a word in small letters is most likely another sign.
            score += -2 if before.islower() else 2
        else:
            score += 1 if sign in _SIGNS else -3
    return score


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
