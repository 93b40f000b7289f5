"""Puts the commands on the application."""

from accelerator.cli.administrator import administrator
from accelerator.cli.check import check
from accelerator.cli.demo import demo
from accelerator.cli.migrate import migrate
from accelerator.core.web import App


def register(app: App) -> None:
    """Register every command."""
    for command in (administrator, check, demo, migrate):
        app.cli.add_command(command)
