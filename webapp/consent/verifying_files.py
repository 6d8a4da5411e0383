"""Verify a file that a ledger gave away, without the ledger: an export, a proof, a receipt, a checkpoint.

    python verifying.py FILE [KEY]

KEY is the public key of the installation, as it was told you by another way.
"""

import hashlib
import hmac
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from webapp.consent.verifying import (
    CHECKPOINT,
    EXPORT,
    Json,
    NotProven,
    canonical,
    check_checkpoint,
    check_hash,
    check_signature,
    follow,
    walk,
)

PROOF, PROOFS = "volontiers-proof-1", "volontiers-proofs-1"
RECEIPT = "volontiers-receipt-1"

# Is told how many of how many were verified.
Moved = Callable[[int, int], None]


@dataclass
class _Bundle:
    """The hash at a place of the chain, empty where nothing is proven; that of a file beside."""

    workspace: int
    at: Callable[[int], str]
    hash_of: Callable[[str], str]


def check_file(
    path: Path, key: str | None = None, moved: Moved = lambda *_: None
) -> str:
    """Verify a file of any kind and say what it proves.

    :param moved: is told now and then how many of how many were verified.
    :raises NotProven: when it does not hold.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as bundle:
                if "proofs.json" in bundle.namelist():
                    return _check_proofs(bundle, key, moved)
                return _check_proof(bundle, key)
        with path.open(encoding="utf-8") as lines:
            return check_lines(lines, key, moved)
    except (LookupError, TypeError, ValueError, AttributeError, zipfile.error) as error:
        raise NotProven(f"this cannot be read: {error!r}") from error


def checkpoints_in(path: Path) -> list[Json]:
    """The checkpoints that a file brings along, timestamps and all."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as file:
            if "proofs.json" in file.namelist():
                return list(json.loads(file.read("proofs.json"))["checkpoints"])
            proof = json.loads(file.read("proof.json"))
            return [piece["checkpoint"] for piece in proof["segments"]]
    with path.open(encoding="utf-8") as lines:
        first = lines.readline()
        head = json.loads(first if EXPORT in first else first + lines.read())
    return [head] if head["format"] == CHECKPOINT else head.get("checkpoints", [])


def check_lines(
    lines: Iterable[str], key: str | None = None, moved: Moved = lambda *_: None
) -> str:
    """Verify an export, a checkpoint or a receipt, line by line.

    :raises NotProven: when it does not hold.
    """
    rest = iter(lines)
    first = next(rest, "")
    if '"' + EXPORT + '"' in first:
        return _check_export(json.loads(first), rest, key, moved)
    document = json.loads(first + "".join(rest))
    if document["format"] not in {CHECKPOINT, RECEIPT}:
        raise NotProven("this is no file of a ledger")
    if document["format"] == CHECKPOINT:
        check_checkpoint(document, document["workspace"], key)
        return f"On {document['at']} the chain had {document['size']} events."
    check_signature(document, key)
    for link in document["proof"]:
        if str(link["row"]["contact"]) != document["pii_principal_id"]:
            raise NotProven("is about somebody else", link["row"]["seq"])
        check_hash(link, link["row"]["seq"])
    return f"The receipt is as it was issued, with {len(document['proof'])} events."


def _check_export(
    head: Json, lines: Iterator[str], key: str | None, moved: Moved
) -> str:
    workspace, marks = head["workspace"]["id"], head["checkpoints"]
    for mark in marks:
        check_checkpoint(mark, workspace, key)
    size, total = 0, max((mark["size"] for mark in marks), default=0)
    for size in walk(_links(lines), workspace, marks):
        moved(size, max(size, total))
    return f"The chain is whole: {size} events, {len(marks)} checkpoints."


def _links(lines: Iterator[str]) -> Iterator[Json]:
    for seq, line in enumerate(lines, 1):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise NotProven("is cut off, or no event at all", seq) from error


def _check_proof(file: zipfile.ZipFile, key: str | None) -> str:
    proof = json.loads(file.read("proof.json"))
    if proof["format"] != PROOF:
        raise NotProven("this is no proof")
    workspace, proven = proof["workspace"]["id"], dict[int, str]()
    for piece in proof["segments"]:
        check_checkpoint(piece["checkpoint"], workspace, key)
        hashes = follow(piece, piece["digests"], [piece["checkpoint"]])
        proven.update(enumerate(hashes, piece["first"]))
    bundle = _Bundle(workspace, lambda seq: proven.get(seq, ""), _hashes_in(file))
    _check_person(proof, bundle)
    purged = sum(event["evidence"] is None for event in proof["events"])
    return f"All {len(proof['events'])} events are proven; evidence purged: {purged}."


def _check_proofs(file: zipfile.ZipFile, key: str | None, moved: Moved) -> str:
    told = json.loads(file.read("proofs.json"))
    if told["format"] != PROOFS:
        raise NotProven("this is no proof")
    for mark in told["checkpoints"]:
        check_checkpoint(mark, told["workspace"]["id"], key)
    people = events = 0
    # On disk: however long the chain is, it takes no memory.
    with tempfile.TemporaryFile() as places, file.open("chain.txt") as digests:
        for one in follow(told, map(bytes.decode, digests), told["checkpoints"]):
            places.write(bytes.fromhex(one))

        def at(seq: int) -> str:
            places.seek(32 * (seq - told["first"]))
            return places.read(32).hex()

        bundle = _Bundle(told["workspace"]["id"], at, _hashes_in(file))
        for person in _people(file):
            _check_person(person, bundle)
            people, events = people + 1, events + len(person["events"])
            moved(people, told["people"])
    if people != told["people"]:
        raise NotProven(f"{told['people']} people are announced, {people} are here")
    return f"All {events} events of {people} people are proven."


def _people(bundle: zipfile.ZipFile) -> Iterator[Json]:
    for name in sorted(bundle.namelist()):
        if name.startswith("people/") and name.endswith(".jsonl"):
            with bundle.open(name) as lines:
                yield from map(json.loads, lines)


def _hashes_in(file: zipfile.ZipFile) -> Callable[[str], str]:
    """SHA-256 of what stands under a name; each is read once."""
    return cache(lambda name: hashlib.sha256(file.read(name)).hexdigest())


def _check_person(person: Json, bundle: _Bundle) -> None:
    for event in person["events"]:
        row = event["row"]
        if row["contact"] != person["contact"] or row["workspace"] != bundle.workspace:
            raise NotProven("is about somebody else", row["seq"])
        check_hash(event, row["seq"])
        if bundle.at(row["seq"]) != event["hash"]:
            raise NotProven("is not the one in the chain", row["seq"])
        _check_evidence(event, person["commitment_key"])
        _check_shown(event, bundle)


def _check_evidence(event: Json, key: str | None) -> None:
    if event["evidence"] is None:
        return
    mac = hmac.digest(bytes.fromhex(key or ""), canonical(event["evidence"]), "sha256")
    if mac.hex() != event["row"]["commitment"]:
        raise NotProven("did not happen under these circumstances", event["row"]["seq"])


def _check_shown(event: Json, bundle: _Bundle) -> None:
    row, shown = event["row"], event["shown"]
    for name, wanted in (("text", row["text_hash"]), ("form", row["form_hash"])):
        if wanted is None:
            continue
        if name not in shown:
            raise NotProven(f"lacks the {name} that was shown", row["seq"])
        if bundle.hash_of(shown[name]) != wanted:
            raise NotProven(f"did not show this {name}", row["seq"])


def main() -> None:
    """Verify the file that is named, and end with 1 when it does not hold."""
    try:
        said = check_file(Path(sys.argv[1]), sys.argv[2] if sys.argv[2:] else None)
    except NotProven as reason:
        sys.exit(f"NOT PROVEN: {reason}")
    sys.stdout.write(said + "\n")


if __name__ == "__main__":
    main()
