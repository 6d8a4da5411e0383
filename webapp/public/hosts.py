"""The host a workspace's links lead to: readers' pages are there, the back office is not."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Blueprint, Flask, request

from webapp.core.errors import NotFound
from webapp.core.installation import settings
from webapp.deliverability import sender_domains

# A name of the DNS, and neither `localhost` nor a number.
_NAME = re.compile(r"(?=.*\.)(?=.*[a-z])[a-z0-9.-]+")


def init_app(app: Flask, for_readers: Iterable[Blueprint]) -> None:
    """Answer on a workspace's own host with the pages for readers alone.

    :param for_readers: the blueprints of those pages.
    """
    allowed = {blueprint.name for blueprint in for_readers} | {None}

    def keep_to_readers() -> None:
        if request.blueprint in allowed and request.endpoint:
            return
        host = request.host.partition(":")[0].lower().rstrip(".")
        ours = urlsplit(settings().base_url).hostname
        if host == ours or not _NAME.fullmatch(host):
            return
        if sender_domains.is_tracking_host(host):
            raise NotFound

    app.before_request(keep_to_readers)
