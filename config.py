"""Typed settings from the environment. Nothing secret has a default."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """How this installation runs; see docs/administrators.md, "Settings", for each variable."""

    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    instance: Path
    base_url: str
    mail_backend: str  # "outbox" keeps mails on the outbox page, "smtp" delivers them
    mail_from: str
    smtp_url: str | None = field(repr=False)
    trusted_hosts: tuple[str, ...]
    proxies: int  # how many reverse proxies of ours stand in front
    demo: bool
    arrival_header: str | None = None  # in which the outermost proxy says when the request reached it
    max_upload: int = 21 * 1024 * 1024  # bytes; a deck may have 20 MB

    @property
    def secure(self) -> bool:
        """Whether browsers reach this installation by HTTPS."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read ``FUNADE_*``, ``DATABASE_URL`` and ``REDIS_URL``. Raises RuntimeError where a secret is missing."""
        env = os.environ
        instance = Path(env.get("FUNADE_INSTANCE", str(ROOT / "instance")))
        demo = env.get("FUNADE_DEMO") == "1"
        instance.mkdir(parents=True, exist_ok=True)
        base_url = env.get("FUNADE_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        smtp_url = env.get("FUNADE_SMTP_URL")
        host = base_url.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
        hosts = tuple(env.get("FUNADE_TRUSTED_HOSTS", host).split(","))
        return cls(
            secret_key=_secret(instance, demo),
            database_url=_database_url(env.get("DATABASE_URL", f"sqlite:///{instance / 'funade.db'}")),
            redis_url=env.get("REDIS_URL", f"unix://{instance / 'run' / 'valkey.sock'}?db=0"),
            instance=instance,
            base_url=base_url,
            mail_backend="smtp" if smtp_url else "outbox",
            mail_from=env.get("FUNADE_MAIL_FROM", "Funade <no-reply@localhost>"),
            smtp_url=smtp_url,
            trusted_hosts=(*hosts, "localhost", "127.0.0.1") if demo else hosts,
            proxies=int(env.get("FUNADE_PROXIES", "0")),
            demo=demo,
            arrival_header=env.get("FUNADE_ARRIVAL_HEADER") or None,
        )


def _database_url(url: str) -> str:
    # Hosting services write "postgres://"; SQLAlchemy wants the driver named.
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _secret(instance: Path, demo: bool) -> str:
    given = os.environ.get("FUNADE_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise RuntimeError("FUNADE_SECRET_KEY needs at least 32 characters")
        return given
    if not demo:
        raise RuntimeError("set FUNADE_SECRET_KEY to a random text of at least 32 characters")
    path = instance / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_hex(32), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")
