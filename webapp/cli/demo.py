"""`volontiers demo`: a shop to look around in."""

import click

from webapp.accounts import queries as accounts
from webapp.accounts.models import User
from webapp.cli.user import database
from webapp.core.installation import address
from webapp.demo import loading, queries, removing


@click.group()
def demo() -> None:
    """A shop to look around in: load, remove."""


@demo.command()
@click.option("--owner", help="The address of its owner; otherwise the first one.")
def load(owner: str | None) -> None:
    """Load the demo shop, or say where it is."""
    with database():
        workspace = loading.load(_owner(owner))
        url = address(f"/w/{workspace.slug}/")
    click.echo(f"The demo shop is at {url}")


@demo.command()
def remove() -> None:
    """Remove every demo shop of this installation."""
    with database():
        shops = queries.every()
        count = len(shops)
        for workspace in shops:
            removing.remove(workspace)
    click.echo(f"Demo shops removed: {count}.")


def _owner(email: str | None) -> User:
    found = accounts.find_user(email) if email else queries.first_owner()
    if found is None and email:
        raise click.ClickException("Nobody has this address.")
    if found is None:
        raise click.ClickException(
            f"Nobody owns a workspace yet: open {address('/')} once, then try again."
        )
    return found
