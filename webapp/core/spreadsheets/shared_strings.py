"""The texts of a workbook that its cells name by number, kept on disk: there may be millions."""

import mmap
import re
import tempfile
from array import array

from webapp.core.spreadsheets.packed import Attributes, Names, Packed, feed, parser_of
from webapp.core.spreadsheets.refusals import FileIsBroken

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """Text by its number."""

    def __init__(self) -> None:
        """None yet."""
        self._ends = array("Q", [0])
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as we do
        self._map: mmap.mmap | bytes = b""

    def __getitem__(self, number: int) -> str:
        """The text.

        :raises FileIsBroken: when there is none of that number.
        """
        if not 0 <= number < len(self._ends) - 1:
            raise FileIsBroken
        return self._map[self._ends[number] : self._ends[number + 1]].decode()

    def add(self, text: str) -> None:
        """The next one."""
        written = text.encode("utf-8", "replace")
        self._file.write(written)
        self._ends.append(self._ends[-1] + len(written))

    def seal(self) -> None:
        """All are there."""
        self._file.flush()
        if self._ends[-1]:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        """Give the disk back."""
        if isinstance(self._map, mmap.mmap):
            self._map.close()
        self._file.close()


def read(packed: Packed, part: str) -> SharedStrings:
    """The texts of a workbook; none where it has no such part."""
    strings = SharedStrings()
    if part not in packed:
        return strings
    reader = _Reader(strings)
    try:
        for piece in packed.pieces(part):
            feed(reader.parser, piece)
    except BaseException:
        strings.close()
        raise
    strings.seal()
    return strings


class _Reader:
    """Puts the runs of each text together; how it is pronounced in Japanese is no part of it."""

    def __init__(self, strings: SharedStrings) -> None:
        self.strings, self.names = strings, Names()
        self.runs: list[str] = []
        self.is_text = self.is_pronunciation = False
        self.parser = parser_of(self.start, self.end, self.text)

    def start(self, name: str, _given: Attributes) -> None:
        local = self.names[name]
        if local == "t":
            self.is_text = not self.is_pronunciation
        elif local == "rPh":
            self.is_pronunciation = True

    def end(self, name: str) -> None:
        local = self.names[name]
        if local == "t":
            self.is_text = False
        elif local == "rPh":
            self.is_pronunciation = False
        elif local == "si":
            self.strings.add(unescaped("".join(self.runs)))
            self.runs.clear()

    def text(self, data: str) -> None:
        if self.is_text:
            self.runs.append(data)


def unescaped(text: str) -> str:
    """The text with the signs that XML cannot hold (`_x000D_`, ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)).replace("\0", ""), text)
