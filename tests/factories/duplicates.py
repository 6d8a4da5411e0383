"""Pairs of contacts that may be one person, as a search would have found them."""

from webapp.core.db import db
from webapp.duplicates.models import Decision, DupPair


def pair(one, other, **changes):
    a_id, b_id = sorted((one.id, other.id))
    values = {
        "score": 0.97,
        "decision": Decision.PENDING,
        "levels": {"mobile": ["same", 9.1], "last_name": ["different", -4.0]},
        "reasons": [],
        **changes,
    }
    made = DupPair(
        workspace_id=one.workspace_id,
        a_id=a_id,
        b_id=b_id,
        model_version=0,
        a_fingerprint=1,
        b_fingerprint=2,
        **values,
    )
    db.session.add(made)
    db.session.flush()
    return made
