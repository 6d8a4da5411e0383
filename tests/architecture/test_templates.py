"""Every template is used, every page has a title, every mail its three parts, and the CSP can hold."""

import re

import pytest

from config.settings import ROOT

FOLDER = ROOT / "templates"
PAGES = sorted(FOLDER.rglob("*.html"))
NAMES = [str(path.relative_to(FOLDER)) for path in PAGES]
MAILS = sorted(
    path
    for path in (FOLDER / "emails").glob("*")
    if path.is_dir() and path.name[0] != "_"
)
# The whole product, to find where a template is named.
EVERYTHING = "\n".join(
    path.read_text()
    for folder in ("webapp", "workers", "templates", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html"}
)


def _text(name):
    return (FOLDER / name).read_text()


@pytest.mark.parametrize(
    "name", [name for name in NAMES if not name.startswith("emails/")]
)
def test_a_template_is_used(name):
    assert f'"{name}"' in EVERYTHING


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in NAMES
        if re.search(r'extends "layouts/', _text(name))
        and not name.startswith("layouts/")
    ],
)
def test_a_page_has_a_title(name):
    assert "{% block title %}" in _text(name) or "page_head" in _text(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_template_needs_an_exception_to_the_content_security_policy(name):
    if name.startswith("emails/"):
        return
    text = _text(name)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle=[\"']", text)
    assert not re.search(r"\son[a-z]+=[\"']", text)


@pytest.mark.parametrize("folder", MAILS, ids=lambda path: path.name)
def test_a_mail_has_its_three_parts(folder):
    assert {path.name for path in folder.iterdir()} == {
        "subject.txt",
        "body.txt",
        "body.html",
    }
