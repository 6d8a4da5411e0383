"""Templates for modules that know no web framework: words and forms rendered to strings."""

from flask import current_app


def render(name: str, **values: object) -> str:
    """The template with these values alone, in the present locale: the same in page and worker."""
    return current_app.jinja_env.get_template(name).render(**values)
