"""The pages of imports: the way of a file, step by step, and what came of it."""

from webapp.imports.views import following, listing, steps
from webapp.imports.views.blueprint import blueprint

__all__ = ["blueprint", "following", "listing", "steps"]
