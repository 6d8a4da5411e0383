import pytest

from webapp.core import errors


def test_an_unknown_address_answers_with_words_and_a_way_out(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_a_machine_gets_its_error_as_json(client):
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.json["error"]["status"] == 404


@pytest.mark.parametrize(
    "status", [400, 403, 404, 409, 410, 413, 418, 422, 429, 500, 503]
)
def test_every_error_has_a_page(app, status):
    with app.test_request_context("/"):
        page, answered = errors._page(status, "")
    assert answered == status
    assert "<h1" in page


def test_a_request_that_is_too_large_gets_a_page(owner, client):
    too_much = {"email": "a" * 3_000_000}
    answer = client.post("/sign-in", data=too_much, headers={"Accept-Language": "en"})
    assert (answer.status_code, "too large" in answer.text) == (413, True)


def test_a_form_without_its_token_gets_words(app, owner):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = owner.post("/account/theme", data={"theme": "dark"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "This form is too old" in answer.text


def test_an_error_is_told_even_when_no_page_can_be_made(app, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(errors, "render_template", broken)
    with app.test_request_context("/"):
        page, status = errors._page(500, "<b>")
    assert status == 500
    assert "&lt;b&gt;" in page


def test_an_error_page_speaks_to_who_is_signed_in_too(owner):
    assert owner.get("/w/nowhere/").status_code == 404
