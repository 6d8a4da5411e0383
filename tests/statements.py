"""Lists the numbered statements of docs/statements.md: which a test holds, and which are open.

Run by `make statements`.
"""

import contextlib
import io
import re
import sys

import pytest

from config.settings import ROOT

STATEMENT = re.compile(
    r"^- \*\*((?:consent|delivery|data)-\d+)\*\* (.*)$", re.MULTILINE
)


def statements():
    """Every statement by its number."""
    return dict(STATEMENT.findall((ROOT / "docs" / "statements.md").read_text()))


class Collector:
    """Notes which statements the collected tests name."""

    def __init__(self):
        self.covered = {}

    def pytest_collection_modifyitems(self, items):
        for item in items:
            for marker in item.iter_markers("covers"):
                for number in marker.args:
                    self.covered.setdefault(number, []).append(item.nodeid)


def main():
    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only"], [collector])
    known = statements()
    for number, words in known.items():
        mark = "covered" if number in collector.covered else "open   "
        print(f"{mark} {number:<12} {words}")
    print(f"\n{len(collector.covered.keys() & known.keys())} of {len(known)} covered")
    return 0


if __name__ == "__main__":
    sys.exit(main())
