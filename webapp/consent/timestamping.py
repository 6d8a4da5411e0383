"""Have an authority say when a checkpoint was there (RFC 3161), and keep its answer beside it."""

import base64
import logging
import urllib.request
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from webapp.consent.models import CheckpointTimestamp, LedgerCheckpoint
from webapp.consent.verifying import NotProven, elements, signed_data, to_stamp
from webapp.core import clock, installation
from webapp.core.db import db, transaction

log = logging.getLogger(__name__)

# An authority that was away for longer leaves these checkpoints to the next ones, which cover them.
TRIED_FOR_DAYS = 7
AT_ONCE = 200
# Seconds for each step of the connection.
TIMEOUT = 10.0
LONGEST_ANSWER = 100_000
# The tag of the certificates in a SignedData (RFC 5652, 5.1).
_CERTIFICATES = 0xA0


class NoTimestamp(Exception):
    """The authority did not answer, refused, or answered about something else."""


def stamp_all() -> None:
    """Ask for each checkpoint of this week that has no timestamp; what fails is asked again later."""
    url = installation.settings().tsa_url
    if not url:
        return
    with transaction():
        waiting = [(mark.id, mark.document) for mark in _unstamped()]
    for number, document in waiting:
        try:
            at, answer = ask(url, document)
        except NoTimestamp as reason:
            log.warning("No timestamp: %s", reason)
            return
        with transaction():
            _keep(number, at, answer)


def ask(url: str, mark: dict[str, Any]) -> tuple[datetime, bytes]:
    """When the authority saw a checkpoint, and its answer: granted, and about this very one.

    :raises NoTimestamp: when there is none.
    """
    question = (
        TimestampRequestBuilder()
        .data(to_stamp(mark))
        .hash_algorithm(HashAlgorithm.SHA256)
        .build()
    )
    try:
        posted = _posted(url, question.as_bytes())
        answer = _decoded(posted)
    except (OSError, LookupError, ValueError) as error:
        raise NoTimestamp(
            f"the authority gives no answer to use ({type(error).__name__})"
        ) from error
    if answer.status != 0:
        raise NoTimestamp(f"the authority refuses, with status {answer.status}")
    told = answer.tst_info
    if (
        told.nonce != question.nonce
        or told.message_imprint.message != question.message_imprint.message
    ):
        raise NoTimestamp("the answer is about something else")
    return told.gen_time, posted


def check_authority(marks: Iterable[dict[str, Any]], authority: bytes) -> int:
    """Verify the signature of each timestamp against the authority's own certificate, and count them.

    :param authority: the certificates of its root, PEM, as they were told you by another way.
    :raises NotProven: when one was signed by somebody else.
    """
    roots = x509.load_pem_x509_certificates(authority)
    count = 0
    for mark in marks:
        if "timestamp" not in mark:
            continue
        try:
            _verifier(roots).verify_message(
                _decoded(base64.b64decode(mark["timestamp"])),
                to_stamp(mark),
            )
        except (VerificationError, LookupError, ValueError) as error:
            raise NotProven(
                f"the timestamp of the checkpoint of {mark['at']} is not that authority's"
            ) from error
        count += 1
    return count


def _decoded(answer: bytes) -> TimeStampResponse:
    """The answer read; OpenSSL, behind many an authority, writes the certificates in any order.

    They are a SET, which the library wants sorted as DER does (X.690, 11.6); no signature is about it.
    """
    for whole, content in elements(signed_data(answer)):
        if whole[0] == _CERTIFICATES:
            ordered = sorted(each for each, _ in elements(content))
            answer = answer.replace(content, b"".join(ordered), 1)
    return decode_timestamp_response(answer)


def _verifier(roots: list[x509.Certificate]) -> Any:
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    return builder.build()


def _unstamped() -> Iterable[LedgerCheckpoint]:
    stamped = exists().where(CheckpointTimestamp.checkpoint_id == LedgerCheckpoint.id)
    since = clock.ago(days=TRIED_FOR_DAYS).isoformat()
    return db.session.scalars(
        select(LedgerCheckpoint)
        .where(~stamped, LedgerCheckpoint.document["at"].astext > since)
        .order_by(LedgerCheckpoint.id)
        .limit(AT_ONCE)
    ).all()


def _posted(url: str, question: bytes) -> bytes:
    # The operator's own setting, of a scheme that was checked when it was read.
    request = urllib.request.Request(  # noqa: S310
        url, question, {"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
        told: bytes = answer.read(LONGEST_ANSWER)
    return told


def _keep(number: int, at: datetime, answer: bytes) -> None:
    workspace_id = select(LedgerCheckpoint.workspace_id).where(
        LedgerCheckpoint.id == number
    )
    row = {
        "checkpoint_id": number,
        "workspace_id": workspace_id.scalar_subquery(),
        "at": at,
        "response": answer,
    }
    # Two workers may have asked at the same moment: the first is as good as the second.
    db.session.execute(insert(CheckpointTimestamp).values(row).on_conflict_do_nothing())
