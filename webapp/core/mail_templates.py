"""The words of the mails we write ourselves: `templates/emails/<name>/`, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale

# French has no-break spaces before some signs: they stay.
_BREAKING_SPACE = re.compile(r"[^\S\u00a0\u202f]+")


@dataclass(frozen=True)
class Words:
    """A mail ready to be put on the wire."""

    subject: str
    text: str
    html: str


def write(template: str, locale: str, values: Mapping[str, Any]) -> Words:
    """The subject, the text and the HTML of a mail, completed in a language."""
    with force_locale(locale):
        subject, text, html = (
            _complete(f"emails/{template}/{part}", values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    one_line = _BREAKING_SPACE.sub(" ", subject).strip()
    return Words(subject=one_line, text=text.strip() + "\n", html=html)


def _complete(name: str, values: Mapping[str, Any]) -> str:
    # Not render_template: a mail knows no request and no page.
    return current_app.jinja_env.get_template(name).render(values)
