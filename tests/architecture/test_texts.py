"""Nothing shown to a reader stands in the sources in one language alone."""

import ast
import re
from html.parser import HTMLParser

import pytest
from jinja2 import Environment, nodes

from config.settings import ROOT

SHOWN_ATTRIBUTES = {
    "alt",
    "aria-label",
    "content-label",
    "label",
    "placeholder",
    "title",
}
UNSEEN = {"script", "style", "svg"}
# Names, which no language changes.
NAMES = {"Volontiers", "– Volontiers"}
TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
SHOWN_ARGUMENTS = {"label", "description", "message", "title", "placeholder"}
JINJA = Environment(extensions=["jinja2.ext.do"], autoescape=True)
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*")
    # The style page shows samples to developers alone.
    if path.suffix in {".html", ".txt"} and not path.name.startswith("styleguide")
)
# The commands speak to operators, in English; the demo shop is French, as its content is.
MODULES = sorted(
    path
    for path in (ROOT / "webapp").rglob("*.py")
    if not {"cli", "demo"} & set(path.relative_to(ROOT).parts)
)


def named(path):
    return str(path.relative_to(ROOT))


class Texts(HTMLParser):
    """Collects what a browser shows of a page."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        self.found += [
            value for name, value in attrs if name in SHOWN_ATTRIBUTES and value
        ]

    def handle_endtag(self, tag):
        self.unseen -= tag in UNSEEN

    def handle_data(self, data):
        if not self.unseen:
            self.found.append(data)


def markup_texts(source):
    """What a template shows beside its variables and blocks."""
    markup = "".join(
        value if kind == "data" else " " for _, kind, value in JINJA.lex(source)
    )
    parser = Texts()
    parser.feed(markup)
    # Macros make attributes outside of tags.
    return [
        re.sub(r"""[\w-]+=("[^"]*"|'[^']*')""", "", text).strip()
        for text in parser.found
    ]


def expression_texts(source):
    """Sentences inside the variables and blocks of a template, outside the calls that translate."""
    translated = set()
    tree = JINJA.parse(source)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATING:
            translated |= {id(constant) for constant in call.find_all(nodes.Const)}
    return [
        constant.value
        for constant in tree.find_all(nodes.Const)
        if id(constant) not in translated and is_a_sentence(constant.value)
    ]


def is_a_sentence(value):
    return isinstance(value, str) and re.match(r"[A-ZÀ-Ý]\w*[’']?\w* \w", value)


def is_text(value):
    return re.search(r"[^\W\d_]{2}", value) and value not in NAMES


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_shows_translated_texts_alone(path):
    source = path.read_text()
    assert [text for text in markup_texts(source) if is_text(text)] == []
    assert expression_texts(source) == []


def shown_literals(tree):
    """The plain strings a module hands to what shows them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            shown = [
                word.value for word in node.keywords if word.arg in SHOWN_ARGUMENTS
            ]
            if name == "flash" or name.endswith("Field") or name == "ValidationError":
                shown += node.args[:1]
            yield from (value for value in shown if isinstance(value, ast.Constant))
        elif isinstance(node, ast.ClassDef):
            yield from (
                line.value
                for line in node.body
                if isinstance(line, ast.Assign | ast.AnnAssign)
                and isinstance(line.value, ast.Constant)
                and getattr(getattr(line, "target", None) or line.targets[0], "id", "")
                in SHOWN_ARGUMENTS
            )


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_shows_translated_texts_alone(path):
    found = [
        literal.value
        for literal in shown_literals(ast.parse(path.read_text()))
        if isinstance(literal.value, str) and is_text(literal.value)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        '<img alt="A cat">',
        '{{ alert("info", "Nothing is sent.") }}',
        '{% if x %}<option label="One">{% endif %}',
    ],
)
def test_an_untranslated_text_of_a_template_is_found(source):
    assert any(map(is_text, markup_texts(source))) or expression_texts(source)


@pytest.mark.parametrize(
    "source",
    [
        'flash("Saved.", "success")',
        'StringField("Name")',
        'x(label="Name")',
        'class No(Error):\n    message = "No."',
    ],
)
def test_an_untranslated_text_of_a_module_is_found(source):
    assert [literal.value for literal in shown_literals(ast.parse(source))]
