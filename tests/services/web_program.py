"""A program for the web server under test: it says when a request arrived, what came with it, and can be held up."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from accelerator.core.requests import ARRIVED

GATE = Path(os.environ.get("FUNADE_INSTANCE", "."))


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``/held`` answers once the file ``open`` is there; anything else at once."""
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/held":
        (GATE / f"held-{environ['QUERY_STRING']}").touch()
        while not (GATE / "open").exists():
            time.sleep(0.01)
    answer = f"{environ[ARRIVED].isoformat()} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]
