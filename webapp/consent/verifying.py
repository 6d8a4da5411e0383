"""What it takes for a chain, a checkpoint and a timestamp to hold: Python and `cryptography` alone.

With `verifying_files.py` behind it, this is the verifier that goes along with each proof.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = b"\x01"
GENESIS = bytes(32).hex()
EXPORT, CHECKPOINT = "volontiers-ledger-1", "volontiers-checkpoint-1"
UNSIGNED = {"signature", "timestamp"}

Json = dict[str, Any]


class NotProven(Exception):
    """The first thing that does not hold; `seq` is the event it is about, where it is about one."""

    def __init__(self, reason: str, seq: int | None = None) -> None:
        """Say what is wrong, and with which event."""
        super().__init__(reason if seq is None else f"event {seq} {reason}")
        self.reason, self.seq = reason, seq


def walk(
    links: Iterable[Json],
    workspace: int,
    marks: Iterable[Json] = (),
    begun: tuple[int, str] = (0, GENESIS),
) -> Iterator[int]:
    """Follow a chain and count its events, one after the other.

    :param links: the events in their order, each with its `row`, `prev` and `hash`.
    :param marks: what is known of the chain from elsewhere: at `size` events it ended with `head`.
    :param begun: so many events were followed already, and the last had this hash.
    :raises NotProven: at the first event that is not what, or not where, it was.
    """
    size, before = begun
    known: dict[int, list[Json]] = {}
    for mark in marks:
        if mark["size"] > size:
            known.setdefault(mark["size"], []).append(mark)
    for link in links:
        size += 1
        _check_link(link, before, workspace, size)
        before = link["hash"]
        _check_marks(known.pop(size, []), size, before)
        yield size
    for mark in known.get(max(known, default=0), []):
        counted = f"on {mark['at']} the chain had {mark['size']} events"
        raise NotProven(f"is missing: {counted}", size + 1)


def check_signature(document: Json, key: str | None = None) -> None:
    """The document is as the holder of the key signed it.

    :raises NotProven: when it is not, or the key is another one than expected.
    """
    told = document["key"]
    if key is not None and told != key:
        raise NotProven(f"this is signed with another key: {told}")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(told)).verify(
            bytes.fromhex(document["signature"]),
            canonical(_without(document, UNSIGNED)),
        )
    except (InvalidSignature, ValueError) as error:
        raise NotProven("the signature does not fit") from error


def check_checkpoint(mark: Json, workspace: int, key: str | None) -> None:
    """The checkpoint is about this workspace, signed, and the one its timestamp is about.

    :raises NotProven: when it is not.
    """
    if mark["format"] != CHECKPOINT or mark["workspace"] != workspace:
        raise NotProven("this checkpoint belongs to another ledger")
    check_signature(mark, key)
    if "timestamp" not in mark:
        return
    if stamped(mark)[1] != hashlib.sha256(to_stamp(mark)).digest():
        raise NotProven(f"the timestamp is not about the checkpoint of {mark['at']}")


def to_stamp(mark: Json) -> bytes:
    """What a time-stamping authority says was there: the checkpoint with its signature."""
    return canonical(_without(mark, {"timestamp"}))


def stamped(mark: Json) -> tuple[str, bytes]:
    """When the authority saw what: read from its answer (RFC 3161), whose signature is not verified here."""
    signed = _inside(signed_data(base64.b64decode(mark["timestamp"])))
    about = _inside(_inside(_inside(_inside(signed[2])[1])[0])[0])
    return about[4].decode(), _inside(about[2])[1]


def signed_data(answer: bytes) -> bytes:
    """The content of the SignedData (RFC 5652) in the answer of a time-stamping authority."""
    return _inside(_inside(_inside(_inside(answer)[0])[1])[1])[0]


def elements(data: bytes) -> list[tuple[bytes, bytes]]:
    """The DER elements in there, one after the other: as a whole, and without tag and length."""
    found, start = [], 0
    while start < len(data):
        size, at = data[start + 1], start + 2
        if size & 0x80:
            length, at = data[at : at + (size & 0x7F)], at + (size & 0x7F)
            size = int.from_bytes(length, "big")
        found.append((data[start : at + size], data[at : at + size]))
        start = at + size
    return found


def canonical(value: Any) -> bytes:
    """The value as RFC 8785 writes it; a ledger has no number with a fraction."""
    return json.dumps(
        _ordered(value), ensure_ascii=False, separators=(",", ":")
    ).encode()


def digest(row: Json) -> bytes:
    """The digest of an event's row."""
    return hashlib.sha256(canonical(row)).digest()


def link_hash(before: str, row_digest: bytes) -> str:
    """The hash that the next event holds on to."""
    return hashlib.sha256(VERSION + bytes.fromhex(before) + row_digest).hexdigest()


def check_hash(link: Json, seq: int) -> None:
    """The hash of an event is that of its row and of the hash before it.

    :raises NotProven: when it is not.
    """
    if link_hash(link["prev"], digest(link["row"])) != link["hash"]:
        raise NotProven("does not say what it said", seq)


def follow(piece: Json, digests: Iterable[str], marks: list[Json]) -> Iterator[str]:
    """The hash at each place of a piece of the chain, which passes its checkpoints and ends at the last.

    :raises NotProven: when it does not.
    """
    before, size = piece["prev"], piece["first"] - 1
    known = {mark["size"]: mark for mark in marks if mark["size"] > size}
    last = max(known, default=size)
    for size, one in enumerate(digests, piece["first"]):
        before = link_hash(before, bytes.fromhex(one.strip()))
        if size in known and known[size]["head"] != before:
            break
        known.pop(size, None)
        yield before
    if known or size != last:
        raise NotProven(f"the chain does not lead to the checkpoint at {last} events")


def _check_link(link: Json, before: str, workspace: int, seq: int) -> None:
    row = link["row"]
    if row["seq"] != seq:
        raise NotProven(_misplaced(row["seq"], seq), seq)
    if row["workspace"] != workspace:
        raise NotProven("belongs to another ledger", seq)
    if link["prev"] != before:
        raise NotProven("does not go on from the one before", seq)
    check_hash(link, seq)


def _misplaced(stands: Any, seq: int) -> str:
    if not isinstance(stands, int):
        return "has no number"
    if stands == seq - 1:
        return f"is missing: event {stands} stands there a second time"
    return f"is missing: event {stands} stands in its place"


def _check_marks(marks: list[Json], size: int, head: str) -> None:
    for mark in marks:
        if mark["head"] != head:
            raise NotProven(f"is another one than on {mark['at']}", size)


def _inside(data: bytes) -> list[bytes]:
    return [content for _, content in elements(data)]


def _without(document: Json, names: set[str]) -> Json:
    return {name: value for name, value in document.items() if name not in names}


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if isinstance(value, float):
        raise NotProven(f"{value} is no number of a ledger")
    return value
