"""What is said in the reader's language."""

from markupsafe import escape

from webapp.core.i18n import _l


def test_what_somebody_typed_into_a_sentence_is_escaped_in_a_page(app):
    said = _l("There is no tag <%(tag)s>.", tag="x-tag")
    assert "<x-tag>" in str(said)
    assert "&lt;x-tag&gt;" in escape(said)
