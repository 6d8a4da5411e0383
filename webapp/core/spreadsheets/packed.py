"""The parts of a packed workbook, never more of them than is sane."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from webapp.core.spreadsheets.refusals import (
    FileIsBroken,
    FileIsTooLarge,
    IsProtected,
)
from webapp.core.spreadsheets.tables import Limits

PIECE = 1 << 16
# Bytes of the list of parts: some hundred bytes each, and a workbook has some dozens.
_LARGEST_DIRECTORY = 4_000_000
# The small parts: styles, relations, names of sheets.
_LARGEST_PART = 50_000_000
# A table is seldom packed more tightly; looked at only where it is large.
_TIGHTEST, _LARGE = 250, 200_000_000
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")

Attributes = dict[str, str]


class Names(dict[str, str]):
    """The names of elements without their prefixes."""

    def __missing__(self, name: str) -> str:
        """Looked up once, as long as there are not too many of them."""
        local = name.rpartition(":")[2]
        if len(self) < 1000:
            self[name] = local
        return local


class Packed:
    """A ZIP file whose parts are read little by little.

    :raises FileIsRefused: when it is not whole, too large or protected.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        """Look at what is in it."""
        self.limits = limits
        _refuse_directory(path)
        try:
            self.file = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise FileIsBroken from error
        self.sizes = {one.filename: one.file_size for one in self.file.infolist()}
        self.packed_size = path.stat().st_size
        if any(one.flag_bits & 1 for one in self.file.infolist()):
            raise IsProtected

    def __contains__(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self.sizes

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part, unpacked piece by piece."""
        self._refuse_bomb(name)
        try:
            with self.file.open(name) as part:
                while piece := part.read(PIECE):
                    yield piece
        except (
            zipfile.BadZipFile,
            zlib.error,
            KeyError,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise FileIsBroken from error

    def elements(self, name: str) -> list[tuple[str, Attributes]]:
        """Every element of a small part, by its local name; nothing where there is no such part."""
        if name not in self:
            return []
        if self.sizes[name] > _LARGEST_PART:
            raise FileIsTooLarge
        found: list[tuple[str, Attributes]] = []
        names = Names()
        parser = parser_of(lambda tag, given: found.append((names[tag], given)))
        for piece in self.pieces(name):
            feed(parser, piece)
        return found

    def kind(self) -> bytes:
        """What an OpenDocument says it is."""
        return next(self.pieces("mimetype"), b"") if "mimetype" in self else b""

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def _refuse_bomb(self, name: str) -> None:
        size = self.sizes.get(name, 0)
        is_tight = size > _LARGE and size > _TIGHTEST * self.packed_size
        if size > self.limits.unpacked or is_tight:
            raise FileIsTooLarge


def parser_of(
    start: Callable[[str, Attributes], Any],
    end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> expat.XMLParserType:
    """A reader of XML that knows no document types: so no entities that grow or look elsewhere."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = PIECE
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def feed(parser: expat.XMLParserType, piece: bytes, *, is_last: bool = False) -> None:
    """Hand the next piece to the reader.

    :raises FileIsBroken: when it is no XML.
    """
    try:
        parser.Parse(piece, is_last)
    except (expat.ExpatError, ValueError) as error:
        raise FileIsBroken from error


def _refuse_doctype(*_facts: object) -> None:
    raise FileIsBroken


def _refuse_directory(path: Path) -> None:
    """Nobody lists millions of parts: reading such a list alone would fill the memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 70_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END.size:
        raise FileIsBroken
    listed = _END.unpack_from(tail, at)[5]
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and len(tail) >= wide + _END_64.size:
        listed = max(
            listed if listed < 0xFFFFFFFF else 0, _END_64.unpack_from(tail, wide)[8]
        )
    if listed > _LARGEST_DIRECTORY:
        raise FileIsTooLarge
