"""Private files, by content, outside the web root. A row somewhere names the key; the address never reveals it."""

import hashlib
import os
import tempfile
from pathlib import Path

_root: Path | None = None


def connect(root: Path) -> None:
    """Keep files under ``root``."""
    global _root
    root.mkdir(parents=True, exist_ok=True)
    _root = root


def _path(key: str) -> Path:
    if _root is None:
        raise RuntimeError("no storage is connected")
    if len(key) != 64 or any(letter not in "0123456789abcdef" for letter in key):
        raise ValueError("not a storage key")
    return _root / key[:2] / key


def put(content: bytes) -> str:
    """Store ``content`` durably and return its key (SHA-256 in hex). The same content is kept once."""
    key = hashlib.sha256(content).hexdigest()
    path = _path(key)
    if path.exists():
        return key
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside, synced and renamed: a reader sees the whole file or none, also after a power cut.
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise
    return key


def get(key: str) -> bytes:
    """The content under ``key``. Raises FileNotFoundError when it is gone."""
    return _path(key).read_bytes()
