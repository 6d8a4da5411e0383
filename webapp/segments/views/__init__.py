"""The pages of segments: which there are and who is in one, how one is built, ready-made ones."""

from webapp.segments.views import building, listing, ready_made
from webapp.segments.views.site import blueprint

__all__ = ["blueprint", "building", "listing", "ready_made"]
