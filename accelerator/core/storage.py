"""Private files, by content, outside the web root. A row somewhere names the key; the address never reveals it."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from accelerator.core import clock, installation

REST = 24 * 3600  # seconds: whoever stores the same content now has not committed the row that names it
ORPHAN_REST = 48 * 3600  # seconds after which a file that no row names is one that nobody will name


def _path(key: str) -> Path:
    if len(key) != 64 or any(letter not in "0123456789abcdef" for letter in key):
        raise ValueError("not a storage key")
    return installation.current().files / key[:2] / key


def put(content: bytes) -> str:
    """Store ``content`` durably and return its key (SHA-256 in hex). The same content is kept once."""
    key = hashlib.sha256(content).hexdigest()
    path = _path(key)
    if path.exists():
        path.touch()  # somebody needs it again, so it is not to be removed now
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


def remove(key: str) -> bool:
    """Remove a file that no row names any more; False if it is gone already, or if it was stored within the last day."""
    path = _path(key)
    if not path.exists() or clock.system_now().timestamp() - path.stat().st_mtime < REST:
        return False
    path.unlink()
    return True


def resting_keys() -> Iterator[str]:
    """The keys of all files that nobody has stored within 48 hours; what was left half-written before then is removed."""
    before = clock.system_now().timestamp() - ORPHAN_REST
    for path in sorted(installation.current().files.glob("[0-9a-f][0-9a-f]/*")):
        if path.stat().st_mtime >= before:
            continue
        if len(path.name) == 64:
            yield path.name
        else:
            path.unlink()  # of a writer that was killed
