"""`volontiers ledger`: show that what people said is what they said."""

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from webapp.accounts import queries as accounts
from webapp.accounts.models import Workspace
from webapp.cli.progress import Progress
from webapp.cli.user import database
from webapp.consent import (
    checking,
    checkpoints,
    exporting,
    projecting,
    signing,
    standalone,
    timestamping,
    verifying_files,
)
from webapp.consent.verifying import NotProven
from webapp.core.db import db

# So many differences are named; the others are counted.
SHOWN = 20
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ledger() -> None:
    """What people said, and its proof: verify, checkpoint, export, rebuild."""


@ledger.command()
@click.argument("file", type=FILE, required=False)
@click.option("--workspace", "slug", help="Its slug; otherwise every workspace.")
@click.option("--checkpoint", "kept", type=FILE, help="Some that were kept elsewhere.")
@click.option("--key", help="The public key, as it was told you by another way.")
@click.option("--tsa-ca", "authority", type=FILE, help="The TSA's root, in PEM.")
def verify(
    file: Path | None,
    slug: str | None,
    kept: Path | None,
    key: str | None,
    authority: Path | None,
) -> None:
    """Follow every chain from its beginning, and name the first event that does not hold.

    With FILE, that is verified instead, without the database: an export, a proof, a receipt or a
    checkpoint.
    """
    try:
        if file is not None:
            click.echo(verifying_files.check_file(file, key, Progress(file.name)))
            if authority is not None:
                _check_timestamps(verifying_files.checkpoints_in(file), authority)
            return
        with database():
            for workspace in _workspaces(slug):
                _verify(workspace, _read(kept), key)
                if authority is not None:
                    _check_timestamps(checkpoints.documents(workspace), authority)
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


@ledger.command()
def verifier() -> None:
    """Print the verifier as one file, for who wants to verify without us."""
    click.echo(standalone.source(), nl=False)


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
    slug, total = workspace.slug, checking.size(workspace)
    # A checkpoint that was kept is about one workspace.
    mine = [mark for mark in kept if mark["workspace"] == workspace.id]
    reached, progress = checking.START, Progress(slug)
    try:
        for reached in checking.verify(workspace, mine, key):
            progress(reached.size, max(total, reached.size))
    except NotProven as reason:
        raise click.ClickException(f"NOT PROVEN: {slug}: {reason}") from reason
    click.echo(
        f"{slug}: the chain is whole, {reached.size} events;"
        f" evidence purged: {checking.forgotten(workspace)}."
    )


def _check_timestamps(marks: list[dict[str, Any]], authority: Path) -> None:
    count = timestamping.check_authority(marks, authority.read_bytes())
    click.echo(f"{count} timestamps are by this authority.")


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
