"""A test that claims to hold a statement names one that exists."""

import re

from config.settings import ROOT
from tests.statements import statements

MARK = re.compile(r"mark\.covers\(([^)]*)\)")


def test_every_marker_names_a_statement_of_the_list():
    known = statements()
    named = {
        number
        for path in (ROOT / "tests").rglob("test_*.py")
        for arguments in MARK.findall(path.read_text())
        for number in re.findall(r'"([^"]+)"', arguments)
    }
    assert named - known.keys() == set()


def test_the_list_is_whole():
    numbers = statements()
    for prefix, last in (("consent", 64), ("delivery", 58), ("data", 40)):
        assert [n for n in numbers if n.startswith(prefix)] == [
            f"{prefix}-{place}" for place in range(1, last + 1)
        ]
