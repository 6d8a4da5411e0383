"""The pages of widgets: which there are, how one is made, what it brought, what people saw."""

from webapp.widgets.views import listing, results, sharing, sites, studio, versions
from webapp.widgets.views.site import blueprint

__all__ = ["blueprint", "listing", "results", "sharing", "sites", "studio", "versions"]
