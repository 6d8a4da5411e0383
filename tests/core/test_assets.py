"""From plain names to hashed ones."""

import json

import pytest
from flask import Flask

from webapp.core import assets


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "DIST", tmp_path)
    app = Flask("test")
    assets.init_app(app)
    app.add_url_rule("/", view_func=lambda: assets.asset_url("app.css"))
    return app


def test_a_plain_name_becomes_a_hashed_address(app, tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"app.css": "app-1f.css"}))
    assert app.test_client().get("/").text == "/static/dist/app-1f.css"


def test_without_a_bundle_the_page_says_how_to_build_it(app):
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "npm run build" in answer.text


def test_a_name_that_is_not_in_the_bundle_is_named(app, tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    assert "app.css is not in it" in app.test_client().get("/").text
