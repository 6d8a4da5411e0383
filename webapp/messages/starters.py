"""The newsletters one can start from: written in French, ready to be changed."""

import json
from dataclasses import dataclass
from functools import cache

from config.settings import ROOT

_FOLDER = ROOT / "templates" / "mjml"


@dataclass(frozen=True)
class Starter:
    """A starter template; names and descriptions by language."""

    key: str
    name: dict[str, str]
    description: dict[str, str]

    @property
    def source(self) -> str:
        """Its MJML."""
        return (_FOLDER / f"{self.key}.mjml").read_text(encoding="utf-8")


@cache
def starters() -> tuple[Starter, ...]:
    """All of them, in the order of the gallery."""
    table = json.loads((_FOLDER / "index.json").read_text(encoding="utf-8"))
    return tuple(Starter(**entry) for entry in table)


def asking(language: str) -> str:
    """The MJML of the message that asks whether one may be measured: no newsletter, so not in the gallery."""
    return (_FOLDER / f"asking-{language}.mjml").read_text(encoding="utf-8")
