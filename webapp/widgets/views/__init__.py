"""The pages of widgets: which there are, how one is made, what it brought, what people saw."""

from webapp.widgets.views import (
    counter,
    listing,
    results,
    sharing,
    sites,
    studio,
    versions,
)
from webapp.widgets.views.site import blueprint

__all__ = [
    "blueprint",
    "counter",
    "listing",
    "results",
    "sharing",
    "sites",
    "studio",
    "versions",
]
