"""A form shown again keeps all that was typed, says what is wrong beside it, and changes nothing else."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from webapp.widgets.filling import Filling, control_id, fill

FORM = """<form action="/f/x" method="post" class="volontiers">
  <h2>Thé &amp; co &#39;26</h2><p class="purpose">Je veux.</p>
  <label><span>E-mail</span><input type="email" name="email" required></label>
  <fieldset><legend>Age</legend>
    <label><input type="radio" name="age" value="over"> over</label>
    <label><input type="radio" name="age" value="under" checked> under</label>
  </fieldset>
  <label>Goût<select name="attr:gout"><option value=""></option><option>Thé noir &amp; co</option><option value="v" selected>Vert</option></select></label>
  <label><textarea name="word">once</textarea></label>
  <label class="box"><input type="checkbox" name="partner" value="3"> 3</label>
  <label class="box"><input type="checkbox" name="partner" value="4" checked> 4</label>
  <input type="hidden" name="version" value="v1"><button type="submit">Go</button>
</form>"""


class _Controls(HTMLParser):
    """What a browser would send, by name."""

    def __init__(self, page):
        super().__init__()
        self.sent, self.all, self._select, self._option = {}, [], None, None
        self._area = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        had = dict(attrs)
        if tag == "input":
            self.all.append(had)
            if had["type"] in {"checkbox", "radio"} and "checked" not in had:
                return
            self.sent.setdefault(had["name"], []).append(had.get("value", ""))
        if tag == "select":
            self._select = had["name"]
        if tag == "option" and "selected" in had:
            if "value" in had:
                self.sent[self._select] = [had["value"]]
            else:
                self._option = ""
        if tag == "textarea":
            self._area = had["name"]
            self.sent[self._area] = [""]

    def handle_data(self, data):
        if self._option is not None:
            self.sent[self._select] = [data]
            self._option = None
        if self._area:
            self.sent[self._area] = [data]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None


def test_a_form_nobody_touched_stays_as_it_was_published():
    assert fill(FORM, Filling()) == FORM


def test_every_kind_of_control_keeps_what_was_said():
    typed = {
        "email": ["a@b.example"],
        "age": ["over"],
        "attr:gout": ["Thé noir & co"],
        "word": ["<deux> & trois"],
        "partner": ["3"],
    }
    sent = _Controls(fill(FORM, Filling(typed))).sent
    assert sent == {**typed, "version": ["v1"]}


def test_what_was_unticked_is_not_ticked_again():
    sent = _Controls(fill(FORM, Filling({"email": ["a"], "age": ["over"]}))).sent
    assert "partner" not in sent


def test_the_version_that_was_shown_is_never_taken_from_the_visitor():
    sent = _Controls(fill(FORM, Filling({"version": ["forged"]}))).sent
    assert sent["version"] == ["v1"]


@given(some.text(max_size=40))
def test_nothing_that_was_typed_becomes_markup(typed):
    # A browser sends no NUL and one kind of line end; HTML has no NUL.
    page = fill(FORM, Filling({"email": [typed]}))
    if typed:
        (email,) = [one for one in _Controls(page).all if one["name"] == "email"]
        assert email["value"] == typed
    assert page.count("<") == FORM.count("<")


def test_an_error_stands_beside_its_field_and_is_tied_to_it():
    page = fill(FORM, Filling({"email": ["x"]}, wrong={"email": "No <address>."}))
    (email,) = [one for one in _Controls(page).all if one["name"] == "email"]
    assert email["aria-invalid"] == "true"
    assert email["id"] == control_id("email")
    note = f'<span class="wrong" id="{email["aria-describedby"]}">'
    assert f"{note}{html.escape('No <address>.')}</span></label>" in page


def test_the_reader_begins_at_the_first_error():
    page = fill(FORM, Filling({}, wrong={"age": "Say it.", "email": "No."}))
    assert [one["name"] for one in _Controls(page).all if "autofocus" in one] == [
        "email"
    ]


def test_one_sentence_speaks_of_a_whole_group_of_choices():
    page = fill(FORM, Filling({}, wrong={"age": "Say it."}))
    assert page.count("Say it.") == 1
    ages = [one for one in _Controls(page).all if one["name"] == "age"]
    assert len({one["aria-describedby"] for one in ages}) == 1
    assert page.index("Say it.") < page.index("</fieldset>")


@pytest.mark.parametrize(
    ("what", "before"),
    [
        ({"after": {"email": "<i>Q</i>"}}, "<i>Q</i>\n  <fieldset>"),
        ({"before": {"purpose": "<i>R</i>"}}, '<i>R</i><p class="purpose">'),
        ({"foot": "<i>F</i>"}, "<i>F</i></form>"),
    ],
)
def test_our_own_markup_stands_where_it_belongs(what, before):
    assert before in fill(FORM, Filling(**what))


def test_the_form_may_be_sent_elsewhere():
    page = fill(FORM, Filling(form={"action": "/w/x", "data-counter": "/h"}))
    assert '<form action="/w/x" method="post" class="volontiers" data-counter' in page
