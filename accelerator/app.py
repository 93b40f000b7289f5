"""The application factory: settings in, a wired Flask application out."""

from pathlib import Path

from accelerator import lifecycle
from accelerator.accounts.views import visitor
from accelerator.cli import commands
from accelerator.core import db, outbox, problems, web
from accelerator.core.installation import Installation
from config import Settings

ROOT = Path(__file__).resolve().parent


def create_app(settings: Settings | None = None, *, testing: bool = False) -> web.App:
    """Build the application. Without ``settings`` they come from the environment."""
    chosen = settings or Settings.from_environment()
    app = web.App(
        "accelerator",
        opened(chosen),
        template_folder=str(ROOT.parent / "templates"),
        static_folder=None,
        root_path=str(ROOT),
    )
    app.testing = testing
    app.config.update(
        SECRET_KEY=chosen.secret_key, MAX_CONTENT_LENGTH=chosen.max_upload, TRUSTED_HOSTS=list(chosen.trusted_hosts)
    )
    web.configure(
        app, proxies=chosen.proxies, secure=chosen.secure, static=ROOT / "static", arrival_header=chosen.arrival_header
    )
    problems.explain(app)
    visitor.connect(app)
    lifecycle.register(app)
    commands.register(app)
    return app


def opened(settings: Settings) -> Installation:
    """What jobs, commands and requests share: database, Redis and files. Nothing is sent to the first two yet."""
    here = Installation(settings, db.connect(settings.database_url), outbox.connect(settings.redis_url))
    here.files.mkdir(parents=True, exist_ok=True)
    return here
