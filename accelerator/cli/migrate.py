"""``flask migrate``: the database's versions, by Alembic, configured here and not in a file."""

import click
from alembic import command
from alembic.config import Config

from accelerator.core import db
from config import ROOT


def settings() -> Config:
    """Alembic's configuration for the connected database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    return config


def upgrade(to: str = "head") -> None:
    """Bring the database up to a version."""
    with db.engine().connect() as connection:
        config = settings()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def downgrade(to: str) -> None:
    """Take the database back to a version; ``base`` empties it."""
    with db.engine().connect() as connection:
        config = settings()
        config.attributes["connection"] = connection
        command.downgrade(config, to)


@click.group("migrate")
def migrate() -> None:
    """Bring the database up to date, or back."""


@migrate.command("upgrade")
@click.argument("to", default="head")
def upgrade_command(to: str) -> None:
    """Upgrade to a version (the newest by default)."""
    upgrade(to)


@migrate.command("downgrade")
@click.argument("to")
def downgrade_command(to: str) -> None:
    """Go back to a version, or to "base"."""
    downgrade(to)


@migrate.command("revision")
@click.option("-m", "message", required=True, help="What changes, in a few words.")
def revision_command(message: str) -> None:
    """Write a new version from what the models changed; read it before you commit it."""
    with db.engine().connect() as connection:
        config = settings()
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True)
