"""The application factory: settings in, a wired Flask application out."""

from pathlib import Path

from accelerator import lifecycle
from accelerator.accounts.views import visitor
from accelerator.cli import commands
from accelerator.core import db, outbox, storage, web
from accelerator.notifications import delivery, texts
from config import Settings

ROOT = Path(__file__).resolve().parent


def create_app(settings: Settings | None = None, *, testing: bool = False) -> web.App:
    """Build the application. Without ``settings`` they come from the environment."""
    chosen = settings or Settings.from_environment()
    app = web.App(
        "accelerator", template_folder=str(ROOT.parent / "templates"), static_folder=None, root_path=str(ROOT)
    )
    app.testing = testing
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        MAX_CONTENT_LENGTH=chosen.max_upload,
        TRUSTED_HOSTS=list(chosen.trusted_hosts),
        FUNADE=chosen,
    )
    connect(chosen)
    web.configure(
        app, proxies=chosen.proxies, secure=chosen.secure, assets=ROOT / "static", arrival_header=chosen.arrival_header
    )
    visitor.connect(app)
    lifecycle.register(app)
    commands.register(app)
    return app


def connect(settings: Settings) -> None:
    """Open what jobs, commands and requests share: database, Redis, files, the site's own address."""
    db.connect(settings.database_url)
    outbox.connect(settings.redis_url)
    storage.connect(settings.instance / "files")
    texts.connect(settings.base_url)
    delivery.connect(settings)
