"""What a widget costs the visitors of a site: the scripts stay inside their budgets."""

import gzip
import re

import pytest

from webapp.core.assets import DIST, static_path
from webapp.public.embedded import PARTS

# Compressed, in bytes: what every visitor loads, and all that a widget may ever load.
LOADER = 3 * 1024
ALL = 12 * 1024
POPUP = 4 * 1024

SCRIPTS = ["widget.js", *(f"widget-{part}.js" for part in PARTS)]


def script(name):
    return (DIST.parent / static_path(name)).read_text()


def compressed(name):
    return len(gzip.compress(script(name).encode(), 9))


@pytest.mark.covers("delivery-54")
def test_what_every_visitor_loads_is_small():
    assert compressed("widget.js") <= LOADER


def test_what_a_pop_up_adds_is_small():
    assert compressed("widget-popup.js") <= POPUP


@pytest.mark.covers("delivery-54")
def test_all_that_a_widget_may_load_is_inside_the_budget():
    assert sum(compressed(name) for name in SCRIPTS) <= ALL


def test_what_a_visitor_may_do_without_is_not_in_what_everybody_loads():
    """The pop-up, the question about a slip and the solver come when they are needed."""
    for word in ("showModal", "localStorage", "challenge, salt"):
        assert word not in script("widget.js")


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_strict_policy_of_a_site_is_in_the_way(name):
    """Neither evaluated text, nor a style element, nor a worker made of a blob."""
    forbidden = (
        r"\beval\(|new Function|createObjectURL|new Worker|\.style=|innerHTML"
        r'|createElement\("style"\)|setAttribute\("style"'
    )
    assert re.findall(forbidden, script(name)) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_widget_keeps_no_cookie_and_names_no_other_host(name):
    assert re.findall(r"document\.cookie|sessionStorage|indexedDB", script(name)) == []
    assert re.findall(r"https?://", script(name)) == []
