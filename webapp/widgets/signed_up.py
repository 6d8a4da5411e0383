"""What a thank-you page needs to know of the sign-up before it, sealed into its own address.

Nothing is kept for it: neither here nor, as a cookie, in the browser.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from werkzeug.datastructures import MultiDict

from webapp.core import clock
from webapp.core.encryption import SecretIsUnreadable, decrypt, encrypt
from webapp.widgets.models import Widget, WidgetVersion

LASTS = timedelta(days=1)
# What says nothing about the person, or must be proven anew.
_NOT_KEPT = {"altcha", "asked", "meant", "nickname", "stamp", "version"}
# What fits into an address that every mail program and browser takes.
LONGEST = 1200


@dataclass(frozen=True)
class SignedUp:
    """Somebody who has just signed up: by which version of the form, and with what typed into it."""

    version: str
    typed: MultiDict[str, str]

    @property
    def email(self) -> str:
        """The address as it was typed."""
        return self.typed.get("email", "").strip()


def seal(widget: Widget, version: WidgetVersion, typed: Mapping[str, list[str]]) -> str:
    """What was just typed, for a day, readable to us alone."""
    kept = {name: values for name, values in typed.items() if name not in _NOT_KEPT}
    if len(json.dumps(kept)) > LONGEST:
        kept = {"email": typed["email"]}
    return encrypt(
        json.dumps(
            [widget.public_id, version.fingerprint, clock.now().timestamp(), kept]
        )
    )


def unseal(widget: Widget, sealed: str) -> SignedUp | None:
    """The sign-up again; None when it is altered, too old or of another widget."""
    try:
        public_id, version, at, typed = json.loads(decrypt(sealed))
    except SecretIsUnreadable:
        return None
    too_old = clock.now().timestamp() - at > LASTS.total_seconds()
    if public_id != widget.public_id or too_old:
        return None
    return SignedUp(version, MultiDict(typed))
