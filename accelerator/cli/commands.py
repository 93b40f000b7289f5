"""Puts the commands on the application. What one needs is imported when it is called, not by each web worker.

The demonstration brings numpy and a solver along, the migrations Alembic: memory that a page has no use for.
"""

from importlib import import_module
from typing import cast

import click
from flask.cli import AppGroup

from accelerator.core.installation import entered
from accelerator.core.web import App

NAMES = ("administrator", "check", "demo", "migrate")
"""Each is a file beside this one, which names its command like itself."""


class Commands(AppGroup):
    """The commands of an application, which run in its installation."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._installation = app.installation

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(NAMES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command with this name."""
        if name not in NAMES:
            return None
        ctx.with_resource(entered(self._installation))
        return cast(click.Command, getattr(import_module(f"accelerator.cli.{name}"), name))


def register(app: App) -> None:
    """Register every command."""
    app.cli = Commands(app)
