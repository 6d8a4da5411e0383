"""What the XML reader says of a message, in the words of those who write it."""

from typing import Any
from xml.parsers import expat
from xml.parsers.expat import errors

from webapp.core.i18n import _l

_SAID = {
    errors.XML_ERROR_INVALID_TOKEN: _l(
        "A sign is out of place: “&” is written “&amp;”, “<” is written “&lt;”, "
        "and values stand between quotes."
    ),
    errors.XML_ERROR_NO_ELEMENTS: _l("The message ends before its tags are closed."),
    errors.XML_ERROR_UNCLOSED_TOKEN: _l("A tag begins here and does not end."),
    errors.XML_ERROR_TAG_MISMATCH: _l(
        "The tag closed here is not the last one that was opened."
    ),
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: _l("This tag has one attribute twice."),
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: _l(
        "Nothing may stand after the closing tag of the message."
    ),
}


def said(error: expat.ExpatError) -> Any:
    """A sentence for people; the reader's own words where we have none."""
    what = errors.messages.get(error.code, "") or expat.ErrorString(error.code)
    return _SAID.get(what) or _l("This is not well-formed MJML: %(what)s.", what=what)
