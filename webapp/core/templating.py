"""Templates for modules that know no web framework: words and forms rendered to strings."""

from flask import render_template

__all__ = ["render"]


def render(name: str, **values: object) -> str:
    """The template with these values, in the present locale."""
    return render_template(name, **values)
