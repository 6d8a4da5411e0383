"""Verify what a ledger gave away, without the ledger: needs Python and `cryptography`, nothing of ours.

    python verifying.py FILE [KEY]

FILE is an export of a ledger, the proof of one person, a receipt or a checkpoint; KEY is the public
key of the installation, as it was told you by another way. This file may be copied anywhere.
"""

import hashlib
import hmac
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = b"\x01"
GENESIS = bytes(32).hex()
EXPORT, PROOF = "volontiers-ledger-1", "volontiers-proof-1"
CHECKPOINT, RECEIPT = "volontiers-checkpoint-1", "volontiers-receipt-1"

Json = dict[str, Any]


class NotProven(Exception):
    """The first thing that does not hold; `seq` is the event it is about, where it is about one."""

    def __init__(self, reason: str, seq: int | None = None) -> None:
        """Say what is wrong, and with which event."""
        super().__init__(reason if seq is None else f"event {seq} {reason}")
        self.seq = seq


def walk(
    links: Iterable[Json], workspace: int, marks: Iterable[Json] = ()
) -> Iterator[int]:
    """Follow a chain from its beginning and count its events, one after the other.

    :param links: the events in their order, each with its `row`, `prev` and `hash`.
    :param marks: what is known of the chain from elsewhere: at `size` events it ended with `head`.
    :raises NotProven: at the first event that is not what, or not where, it was.
    """
    known: dict[int, list[Json]] = {}
    for mark in marks:
        known.setdefault(mark["size"], []).append(mark)
    before, size = GENESIS, 0
    for link in links:
        size += 1
        _check_link(link, before, workspace, size)
        before = link["hash"]
        for mark in known.pop(size, []):
            if mark["head"] != before:
                raise NotProven(f"is another one than on {mark['at']}", size)
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
    signed = {name: value for name, value in document.items() if name != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(told)).verify(
            bytes.fromhex(document["signature"]), canonical(signed)
        )
    except (InvalidSignature, ValueError) as error:
        raise NotProven("the signature does not fit") from error


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


def check_file(path: Path, key: str | None = None) -> str:
    """Verify a file of any kind and say what it proves.

    :raises NotProven: when it does not hold.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as bundle:
                return _check_proof(bundle, key)
        with path.open(encoding="utf-8") as lines:
            return check_lines(lines, key)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotProven(f"this cannot be read: {error!r}") from error


def check_lines(lines: Iterable[str], key: str | None = None) -> str:
    """Verify an export, a checkpoint or a receipt, line by line.

    :raises NotProven: when it does not hold.
    """
    rest = iter(lines)
    first = next(rest, "")
    if '"' + EXPORT + '"' in first:
        return _check_export(json.loads(first), rest, key)
    document = json.loads(first + "".join(rest))
    if document["format"] not in {CHECKPOINT, RECEIPT}:
        raise NotProven("this is no file of a ledger")
    check_signature(document, key)
    if document["format"] == CHECKPOINT:
        return f"On {document['at']} the chain had {document['size']} events."
    for link in document["proof"]:
        if str(link["row"]["contact"]) != document["pii_principal_id"]:
            raise NotProven("is about somebody else", link["row"]["seq"])
        _check_hash(link, link["row"]["seq"])
    return f"The receipt is as it was issued, with {len(document['proof'])} events."


def _check_export(head: Json, lines: Iterator[str], key: str | None) -> str:
    for mark in head["checkpoints"]:
        check_checkpoint(mark, head["workspace"]["id"], key)
    size = 0
    links = (json.loads(line) for line in lines)
    for size in walk(links, head["workspace"]["id"], head["checkpoints"]):
        if size % 100_000 == 0:
            sys.stderr.write(f"{size} events\n")
    return f"The chain is whole: {size} events, {len(head['checkpoints'])} checkpoints."


def check_checkpoint(mark: Json, workspace: int, key: str | None) -> None:
    """The checkpoint is about this workspace, and signed.

    :raises NotProven: when it is not.
    """
    if mark["format"] != CHECKPOINT or mark["workspace"] != workspace:
        raise NotProven("this checkpoint belongs to another ledger")
    check_signature(mark, key)


def _check_proof(bundle: zipfile.ZipFile, key: str | None) -> str:
    proof = json.loads(bundle.read("proof.json"))
    if proof["format"] != PROOF:
        raise NotProven("this is no proof")
    proven: dict[int, tuple[str, str]] = {}
    for segment in proof["segments"]:
        check_checkpoint(segment["checkpoint"], proof["workspace"]["id"], key)
        proven.update(_follow(segment))
    for event in proof["events"]:
        _check_event(event, proof, proven)
        _check_shown(event, bundle)
    purged = sum(event["evidence"] is None for event in proof["events"])
    return f"All {len(proof['events'])} events are proven; evidence purged: {purged}."


def _follow(segment: Json) -> dict[int, tuple[str, str]]:
    """The digest and the hash at each place of a piece of the chain, which must end at its checkpoint."""
    found, before, mark = {}, segment["prev"], segment["checkpoint"]
    for seq, row_digest in enumerate(segment["digests"], segment["first"]):
        before = link_hash(before, bytes.fromhex(row_digest))
        found[seq] = (row_digest, before)
    if max(found, default=0) != mark["size"] or before != mark["head"]:
        raise NotProven(f"the chain does not lead to the checkpoint of {mark['at']}")
    return found


def _check_event(event: Json, proof: Json, proven: dict[int, tuple[str, str]]) -> None:
    row = event["row"]
    seq = row["seq"]
    if (
        row["contact"] != proof["contact"]
        or row["workspace"] != proof["workspace"]["id"]
    ):
        raise NotProven("is about somebody else", seq)
    _check_hash(event, seq)
    if proven.get(seq) != (digest(row).hex(), event["hash"]):
        raise NotProven("is not the one in the chain", seq)
    if event["evidence"] is None:
        return
    secret = bytes.fromhex(proof["commitment_key"])
    mac = hmac.digest(secret, canonical(event["evidence"]), "sha256").hex()
    if mac != row["commitment"]:
        raise NotProven("did not happen under these circumstances", seq)


def _check_shown(event: Json, bundle: zipfile.ZipFile) -> None:
    row, shown = event["row"], event["shown"]
    for name, wanted in (("text", row["text_hash"]), ("form", row["form_hash"])):
        if wanted is None:
            continue
        if name not in shown:
            raise NotProven(f"lacks the {name} that was shown", row["seq"])
        found = hashlib.sha256(bundle.read(shown[name])).hexdigest()
        if found != wanted:
            raise NotProven(f"did not show this {name}", row["seq"])


def _check_link(link: Json, before: str, workspace: int, seq: int) -> None:
    row = link["row"]
    if row["seq"] != seq:
        is_gap = isinstance(row["seq"], int) and row["seq"] > seq
        raise NotProven("is missing" if is_gap else "is out of its place", seq)
    if row["workspace"] != workspace:
        raise NotProven("belongs to another ledger", seq)
    if link["prev"] != before:
        raise NotProven("does not go on from the one before", seq)
    _check_hash(link, seq)


def _check_hash(link: Json, seq: int) -> None:
    if link_hash(link["prev"], digest(link["row"])) != link["hash"]:
        raise NotProven("does not say what it said", seq)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if isinstance(value, float):
        raise NotProven(f"{value} is no number of a ledger")
    return value


def main() -> None:
    """Verify the file that is named, and end with 1 when it does not hold."""
    try:
        said = check_file(Path(sys.argv[1]), *sys.argv[2:3])
    except NotProven as reason:
        sys.exit(f"NOT PROVEN: {reason}")
    sys.stdout.write(said + "\n")


if __name__ == "__main__":
    main()
