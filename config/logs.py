"""What the logs look like: one line a fact, with the request or job it belongs to, and nobody's data."""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from config.settings import Settings

# The request or job that the present line belongs to.
current_work: ContextVar[str] = ContextVar("current_work", default="-")

# An error of a library may repeat what somebody typed, or the link they came by.
_PEOPLE = (
    # PostgreSQL quotes the row it refused.
    (
        re.compile(r"^DETAIL:.*?(?=\n\n|\n\[SQL|\Z)", re.MULTILINE | re.DOTALL),
        "DETAIL: …",
    ),
    # Also the password of an address such as postgresql://name:password@host.
    (re.compile(r"[^\s@<>()\[\],;:\"'/=]+@[^\s@<>()\[\],;:\"'/=]+"), "…@…"),
    (
        re.compile(
            r"(/(?:[uyvocg]|p(?:/m)?|address/(?:new|old)|parent|invitation|new-password"
            r"|preview|thanks|exports/file|in/[^\s/]+)/)[^\s/?\"']+"
        ),
        r"\1…",
    ),
)


def without_people(text: str) -> str:
    """The line without e-mail addresses, secret links and rows of the database."""
    for pattern, instead in _PEOPLE:
        text = pattern.sub(instead, text)
    return text


class _WithWork(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.work = current_work.get()
        return True


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_people(super().format(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "work": getattr(record, "work", "-"),
            "message": without_people(record.getMessage()),
        }
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line["traceback"] = without_people(trace)
        return json.dumps(line, ensure_ascii=False)


def init(settings: Settings) -> None:
    """Send every log line of this process to standard error, as text or as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_WithWork())
    text = _Text("%(asctime)s %(levelname)s %(name)s [%(work)s] %(message)s")
    handler.setFormatter(_Json() if settings.log_format == "json" else text)
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    # It says at every question of /readyz which database it talks to.
    logging.getLogger("alembic").setLevel(logging.WARNING)
