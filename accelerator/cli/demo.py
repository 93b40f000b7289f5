"""``flask demo``: the whole program on embedded defaults with the demonstration edition, in one terminal."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.error import URLError

import click

from accelerator.accounts.passwords import hashed
from accelerator.cli.migrate import upgrade
from accelerator.core import db, installation, outbox
from accelerator.core.embedded import EmbeddedValkey
from accelerator.demo_edition import load
from config import ROOT, Settings

GRACE = 20  # seconds that a process gets to finish what it is doing


@click.command("demo")
@click.option(
    "--port", default=8000, show_default=True, help="Where the web server listens; the next free one is taken."
)
@click.option("--fresh", is_flag=True, help="Forget what was done in the demonstration and load it again.")
def demo(port: int, fresh: bool) -> None:
    """Start web, workers and scheduler with the demonstration edition, and say where to look."""
    settings = installation.current().settings
    if not settings.demo:
        raise click.ClickException("set FUNADE_DEMO=1: this command shows synthetic people to everybody")
    started = time.monotonic()
    port = _free_port(port)
    address = f"http://127.0.0.1:{port}"
    # Mails that the demonstration is loaded with lead to where it runs.
    settings = installation.current().settings = replace(settings, base_url=address)
    with EmbeddedValkey(settings.instance / "valkey") as valkey:
        installation.current().redis = outbox.connect(valkey.url)
        _prepare(settings, fresh=fresh)
        environment = {
            **os.environ,
            "FUNADE_DEMO": "1",
            "REDIS_URL": valkey.url,
            "FUNADE_BASE_URL": address,
            "FUNADE_BIND": f"127.0.0.1:{port}",
            "FUNADE_WEB_PROCESSES": "2",
        }
        # Started last, stopped first: a worker that loses Valkey in the middle would leave with an error.
        with _running(_workers(), environment) as workers, _running(_web(), environment) as web:
            _wait_until_it_answers(address, web)
            _introduce(address, time.monotonic() - started)
            _wait_for_the_end(web, workers)
            click.echo("Stopping; a job that is running may finish first.")


def _prepare(settings: Settings, *, fresh: bool) -> None:
    if fresh:
        db.engine().dispose()
        for path in settings.instance.glob("funade.db*"):
            path.unlink()
    upgrade()
    kept = hashed(load.password(settings.instance))
    with db.transaction():
        if not load.is_loaded():
            click.echo("Loading the demonstration edition at five moments ...")
            load.load(kept)
        else:
            load.set_clocks()


def _web() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "wsgi:app", "--config", str(ROOT / "gunicorn.conf.py")]


def _workers() -> list[str]:
    return [sys.executable, "-m", "workers"]


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    # Sessions of their own: Ctrl-C reaches this process alone, which then stops the others in order.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603 (our own commands)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port(first: int) -> int:
    for port in range(first, first + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise click.ClickException(f"no free port between {first} and {first + 49}")


def _wait_until_it_answers(address: str, web: "subprocess.Popen[bytes]") -> None:
    # gunicorn listens before its workers can answer, so a page is fetched.
    for _ in range(150):
        if web.poll() is not None:
            raise click.ClickException("the web server did not start")
        try:
            with urllib.request.urlopen(f"{address}/", timeout=5):  # noqa: S310 (our own address)
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise click.ClickException("the web server does not answer")


def _introduce(address: str, seconds: float) -> None:
    password = load.password(installation.current().settings.instance)
    click.echo(f"\nFunade is running at {address}   (started in {seconds:.0f} s, Ctrl-C stops it)\n")
    click.echo("One of each kind; the start page signs you in by a click, or use the password below.")
    for role, email in load.sign_ins():
        click.echo(f"  {role:<18} {email}")
    click.echo(f"  {'password':<18} {password}\n")
    click.echo("Everything but the reported figures is synthetic. No mail leaves: read them under Mail.")


def _wait_for_the_end(*processes: "subprocess.Popen[bytes]") -> None:
    stop = {"asked": False}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.update(asked=True))
    while not stop["asked"]:
        time.sleep(0.5)
        if any(process.poll() is not None for process in processes):
            raise click.ClickException("a process ended by itself; its last lines above say why")
