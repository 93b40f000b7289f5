"""The whole application for the web server under test; a test can hold its threads up, as it can those of ``web_program``."""

from collections.abc import Callable, Iterable
from typing import Any

from accelerator.app import create_app
from tests.services import web_program

application = create_app()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``/held`` keeps its thread until the file ``open`` is there; anything else is for the application."""
    answering = web_program.app if environ["PATH_INFO"] == "/held" else application
    return answering(environ, start_response)
