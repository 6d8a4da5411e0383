"""The `volontiers` command."""

import importlib

import click

# Each command and where it lives: it is imported only when somebody asks for it,
# so that the process that runs all the others stays small.
COMMANDS = {
    "run": "webapp.cli.running:run",
    "migrate": "webapp.cli.migrating:migrate",
    "doctor": "webapp.cli.doctor:doctor",
    "user": "webapp.cli.user:user",
    "receive": "webapp.cli.receive:receive",
    "demo": "webapp.cli.demo:demo",
    "ledger": "webapp.cli.ledger:ledger",
}


class Commands(click.Group):
    """Finds the commands of the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List every command in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=Commands)
def main() -> None:
    """Volontiers, e-mail marketing for people who said yes."""


if __name__ == "__main__":
    main()
