"""`volontiers user`: people who cannot get in by themselves, and their operator."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from flask import Flask

from config import settings
from webapp.accounts import passwords, queries, sessions, setting_up
from webapp.accounts.models import Membership, Role, User
from webapp.accounts.setting_up import Owner
from webapp.app import create_app
from webapp.core import addresses, clock
from webapp.core.db import db, transaction
from webapp.core.embedded_postgres import at_hand
from webapp.core.errors import DomainError
from webapp.core.i18n import DEFAULT_LOCALE, LOCALES


@click.group()
def user() -> None:
    """People who sign in: create, set-password, list, disable."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="How the person is called.")
@click.option("--workspace", required=True, help="The slug of the workspace to join.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.EDITOR
)
@click.option("--locale", type=click.Choice(list(LOCALES)), default=DEFAULT_LOCALE)
@click.password_option()
def create(
    email: str,
    name: str,
    workspace: str,
    role: str,
    locale: str,
    password: str,
) -> None:
    """Create a user in a workspace."""
    with database():
        address = addresses.normalise(email)
        if queries.find_user(address):
            raise click.ClickException("This address has an account.")
        made = setting_up.create_user(Owner(name, address, password, locale))
        _join(made, workspace, role)
    click.echo(f"{address} can sign in.")


@user.command("set-password")
@click.argument("email")
@click.password_option()
def set_password(email: str, password: str) -> None:
    """Give a user a new password and end all sessions of theirs."""
    with database():
        found = _find(email)
        passwords.change(found, password)
        found.disabled_at = None
        sessions.end_all(found)
    click.echo("The password is changed; the user can sign in.")


@user.command("list")
def list_users() -> None:
    """Show every user, their workspaces and roles."""
    with database():
        for one in queries.all_users():
            roles = [f"{m.workspace.slug}: {m.role}" for m in one.memberships]
            state = "disabled" if one.disabled_at else "active"
            click.echo("\t".join([one.email, one.name, state, ", ".join(roles)]))


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Keep a user out, from now on; set-password lets them in again."""
    with database():
        found = _find(email)
        found.disabled_at = clock.now()
        sessions.end_all(found)
    click.echo("The user is signed out and cannot sign in.")


@contextmanager
def database() -> Iterator[None]:
    """The installation's database, started for the moment where nobody runs it."""
    try:
        with at_hand(settings.load()) as url, _app(url).app_context(), transaction():
            yield
    except DomainError as error:
        raise click.ClickException(str(error)) from error


def _app(url: str) -> Flask:
    return create_app(replace(settings.load(), database_url=url))


def _find(email: str) -> User:
    found = queries.find_user(email)
    if found is None:
        raise click.ClickException("Nobody has this address.")
    return found


def _join(made: User, slug: str, role: str) -> None:
    workspace = queries.find_workspace(slug)
    if workspace is None:
        raise click.ClickException("There is no such workspace.")
    db.session.add(Membership(workspace_id=workspace.id, user_id=made.id, role=role))
