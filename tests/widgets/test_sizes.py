"""What a widget costs the visitors of a site: the scripts stay inside their budgets."""

import gzip
import re

import pytest

from webapp.core.assets import DIST, static_path

# Compressed, in bytes: what every visitor loads, and all that a widget may ever load.
LOADER = 3 * 1024
ALL = 12 * 1024


def compressed(name):
    path = DIST.parent / static_path(name)
    return len(gzip.compress(path.read_bytes(), 9))


def test_what_every_visitor_loads_is_small():
    assert compressed("widget.js") <= LOADER


def test_all_that_a_widget_may_load_is_inside_the_budget():
    assert compressed("widget.js") + compressed("widget-proof.js") <= ALL


@pytest.mark.parametrize("name", ["widget.js", "widget-proof.js"])
def test_no_strict_policy_of_a_site_is_in_the_way(name):
    """Neither evaluated text nor a worker made of a blob."""
    script = (DIST.parent / static_path(name)).read_text()
    forbidden = r"\beval\(|new Function|createObjectURL|new Worker|\.style=|innerHTML"
    assert re.findall(forbidden, script) == []
