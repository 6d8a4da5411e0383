"""Below which address the pages of imports stand, and how large a file may be."""

from flask import Blueprint, request

from webapp.imports import files

blueprint = Blueprint("imports", __name__)

# With the lines around the file.
_LARGEST_BODY = files.LARGEST + 1_000_000
_LARGEST_PROOF = 21_000_000


@blueprint.url_value_preprocessor
def take_large_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything reads the body: its form carries the token that lets it pass."""
    if endpoint == "imports.upload":
        request.max_content_length = _LARGEST_BODY
    elif endpoint == "imports.answer":
        request.max_content_length = _LARGEST_PROOF
    elif endpoint == "imports.map_columns":
        # Three hundred columns, each with its choice.
        request.max_form_parts = 2_000
