"""`volontiers ledger`: show that what people said is what they said."""

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from webapp.accounts import queries as accounts
from webapp.accounts.models import Workspace
from webapp.cli.user import database
from webapp.consent import checkpoints, exporting, projecting, signing, verifying
from webapp.consent.verifying import NotProven
from webapp.core.db import db

# How often the verification of a long chain says where it is.
EVERY = 100_000
# So many differences are named; the others are counted.
SHOWN = 20
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ledger() -> None:
    """What people said, and its proof: verify, checkpoint, export, rebuild."""


@ledger.command()
@click.option("--workspace", "slug", help="Its slug; otherwise every workspace.")
@click.option("--export", type=FILE, help="A file instead: export, proof, receipt.")
@click.option("--checkpoint", "kept", type=FILE, help="One that was kept elsewhere.")
@click.option("--key", help="The public key, as it was told you by another way.")
def verify(
    slug: str | None, export: Path | None, kept: Path | None, key: str | None
) -> None:
    """Follow every chain from its beginning, and name the first event that does not hold."""
    try:
        if export is not None:
            click.echo(verifying.check_file(export, key))
            return
        with database():
            for workspace in _workspaces(slug):
                _verify(workspace, _read(kept), key)
    except NotProven as reason:
        raise click.ClickException(f"NOT PROVEN: {reason}") from reason


@ledger.command()
@click.option("--workspace", "slug", help="Its slug; otherwise every workspace.")
def checkpoint(slug: str | None) -> None:
    """Sign how far each chain has come; keep what is printed away from this machine."""
    with database():
        taken = [checkpoints.take(workspace) for workspace in _workspaces(slug)]
        documents = [each.document for each in taken if each is not None]
    for document in documents:
        click.echo(json.dumps(document))


@ledger.command()
def key() -> None:
    """Print the public key that checkpoints, proofs and receipts are signed with."""
    with database():
        click.echo(signing.public_key())


@ledger.command("export")
@click.option("--workspace", "slug", required=True, help="The slug of the workspace.")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-")
def export_ledger(slug: str, output: Any) -> None:
    """Write the whole ledger of a workspace as lines of JSON, ending with a fresh checkpoint."""
    with database():
        (workspace,) = _workspaces(slug)
        checkpoints.take(workspace)
        for line in exporting.lines(workspace):
            output.write(line)


@ledger.command()
@click.option("--workspace", "slug", help="Its slug; otherwise every workspace.")
@click.option("--check", is_flag=True, help="Only say where it differs.")
def rebuild(slug: str | None, *, check: bool) -> None:
    """Work out today's state anew from the events, or compare it with them."""
    differing = 0
    with database():
        for workspace in _workspaces(slug):
            found = projecting.differences(workspace)
            differing += len(found)
            for contact, purpose in found[:SHOWN]:
                click.echo(f"{workspace.slug}: contact {contact}, purpose {purpose}")
            if found and not check:
                projecting.rebuild(workspace)
    if check and differing:
        raise click.ClickException(f"{differing} answers differ from the events.")
    click.echo("Rebuilt." if differing else "Today's state is what the events say.")


def _verify(workspace: Workspace, kept: list[dict[str, Any]], key: str | None) -> None:
    size = 0
    # A checkpoint that was kept is about one workspace.
    mine = [mark for mark in kept if mark["workspace"] == workspace.id]
    try:
        for size in exporting.verify(workspace, mine, key):
            if size % EVERY == 0:
                click.echo(f"{workspace.slug}: {size} events", err=True)
    except NotProven as reason:
        raise click.ClickException(
            f"NOT PROVEN: {workspace.slug}: {reason}"
        ) from reason
    forgotten = exporting.forgotten(workspace)
    click.echo(
        f"{workspace.slug}: the chain is whole, {size} events; evidence purged: {forgotten}."
    )


def _workspaces(slug: str | None) -> list[Workspace]:
    if slug is None:
        return list(db.session.scalars(select(Workspace).order_by(Workspace.id)))
    found = accounts.find_workspace(slug)
    if found is None:
        raise click.ClickException("There is no such workspace.")
    return [found]


def _read(kept: Path | None) -> list[dict[str, Any]]:
    """One checkpoint on each line, as `checkpoint` prints them."""
    if kept is None:
        return []
    return [json.loads(line) for line in kept.read_text().splitlines() if line]
