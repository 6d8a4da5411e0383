"""Which files may travel with a message: told by what they hold, not by their name alone."""

import zipfile
from collections.abc import Callable
from io import BytesIO

from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# What mailbox providers throw away, and what a reader's computer would run.
_ENDINGS = (
    "ade adp apk app appx bat cab chm cmd com cpl dll dmg docm dotm exe hta htm html "
    "img ins iso isp jar js jse lib lnk mde msc msi msix msp mst nsh pif potm ppsm "
    "pptm ps1 reg scr sct sh shb svg sys vb vbe vbs vhd vxd wsc wsf wsh xhtml xlsm "
    "xltm 7z gz rar tar tgz zip"
)
_PROGRAMS = frozenset(_ENDINGS.split())
_PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


class ProgramRefused(DomainError):
    """A file that would run, or may hide one that does."""

    status = 422
    message = _l(
        "Programs, web pages and archives are refused: mailbox providers throw such "
        "mail away."
    )


class KindRefused(DomainError):
    """A file of a kind that is not sent."""

    status = 422
    message = _l(
        "Take a PDF, a picture (JPEG, PNG, GIF), a text, a table, a calendar or a "
        "document of Office or LibreOffice."
    )


class NotWhatItSays(DomainError):
    """What the file holds is not what its name says."""

    status = 422
    message = _l("This file does not hold what its name says.")


def media_type(name: str, content: bytes) -> str:
    """The type of a file that may travel.

    :raises ProgramRefused: for what would run, macros of documents included.
    :raises KindRefused: for a kind that is not sent.
    :raises NotWhatItSays: when the content contradicts the name.
    """
    ending = name.rpartition(".")[2].lower()
    if ending in _PROGRAMS or content.startswith(_PROGRAM_STARTS):
        raise ProgramRefused
    if ending not in _KINDS:
        raise KindRefused
    kind, holds = _KINDS[ending]
    if not holds(content):
        raise NotWhatItSays
    return kind + _charset(kind, content)


def _starting(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(starts)


def _zipped(member: str) -> Callable[[bytes], bool]:
    """A document that is an archive with this member, and without macros."""

    def holds(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, OSError):
            return False
        if any("vbaproject" in n.lower() or n.startswith("Basic/") for n in names):
            raise ProgramRefused
        return any(name.startswith(member) for name in names)

    return holds


def _is_text(content: bytes) -> bool:
    return b"\0" not in content


def _charset(kind: str, content: bytes) -> str:
    if not kind.startswith("text/"):
        return ""
    try:
        content.decode()
    except UnicodeDecodeError:
        return '; charset="windows-1252"'
    return '; charset="utf-8"'


_JPEG = ("image/jpeg", _starting(b"\xff\xd8\xff"))
_KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _starting(b"%PDF-")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": ("image/png", _starting(b"\x89PNG\r\n\x1a\n")),
    "gif": ("image/gif", _starting(b"GIF87a", b"GIF89a")),
    "docx": (_OFFICE + "wordprocessingml.document", _zipped("word/")),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", _zipped("xl/")),
    "pptx": (_OFFICE + "presentationml.presentation", _zipped("ppt/")),
    "odt": (_OPEN + "text", _zipped("content.xml")),
    "ods": (_OPEN + "spreadsheet", _zipped("content.xml")),
    "odp": (_OPEN + "presentation", _zipped("content.xml")),
    "txt": ("text/plain", _is_text),
    "csv": ("text/csv", _is_text),
    "ics": ("text/calendar", _starting(b"BEGIN:VCALENDAR")),
    "vcf": ("text/vcard", _starting(b"BEGIN:VCARD")),
}
# For the page that asks for a file.
ACCEPTED = ",".join(f".{ending}" for ending in _KINDS)
