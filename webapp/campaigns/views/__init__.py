"""The pages of campaigns: which there are, how one is written, how it is sent."""

from webapp.campaigns.views import (
    composing,
    files,
    leaving_out,
    listing,
    publishing,
    sending,
)
from webapp.campaigns.views.site import blueprint

__all__ = [
    "blueprint",
    "composing",
    "files",
    "leaving_out",
    "listing",
    "publishing",
    "sending",
]
