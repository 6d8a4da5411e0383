"""Files and functions stay small enough to be read at once."""

import ast

import pytest

from config.settings import ROOT

FILE_LINES = 300
FUNCTION_LINES = 40
TEMPLATE_LINES = 200
SOURCES = sorted(
    path
    for folder in ("webapp", "workers", "config")
    for path in (ROOT / folder).rglob("*.py")
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_are_short(path):
    source = path.read_text()
    assert len(source.splitlines()) <= FILE_LINES
    long = [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_template_is_short(path):
    assert len(path.read_text().splitlines()) <= TEMPLATE_LINES
