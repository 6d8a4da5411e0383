import pytest

from webapp.core.returning import page_before, safe_path


@pytest.mark.parametrize("path", ["/", "/w/maison/?q=a b", "/w/é"])
def test_a_page_of_ours_is_a_way_back(path):
    assert safe_path(path, "/home") == path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "w",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\nx",
        "javascript:1",
    ],
)
def test_another_site_is_not(target):
    assert safe_path(target, "/home") == "/home"


def test_the_page_before_loses_the_language_its_address_asked_for():
    assert page_before("http://here/a?q=1&lang=fr", "here", "/") == "/a?q=1"


@pytest.mark.parametrize(
    "referrer", [None, "http://there/a", "http://here//evil.example", "http://["]
)
def test_a_page_elsewhere_is_no_page_before(referrer):
    assert page_before(referrer, "here", "/home") == "/home"
