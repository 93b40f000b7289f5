"""Whether an uploaded file is a harmless PDF, how many pages it has, and the file written anew without what could act.

A parser reads it (qpdf, by pikepdf) in a process of its own under limits of time and memory: a file that was made to
break it breaks nothing else. What is kept and passed on is what the parser wrote, so nobody gets to read another
meaning from the same bytes. Slow, hence never called inside a transaction that writes.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore

from accelerator.core import db
from accelerator.core.i18n import gettext as _

CHILD = Path(__file__).with_name("pdf_child.py")
PATIENCE = 20.0  # seconds, of which computing may take ten
AT_ONCE = 2
REASONS = frozenset({"kind", "active", "locked", "broken", "pages"})
_turns = BoundedSemaphore(AT_ONCE)


class NotAcceptable(Exception):
    """The file can't be taken; ``reason`` is ``kind``, ``active``, ``locked``, ``broken`` or ``pages``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Harmless:
    """A PDF that may be kept: its pages, and its bytes as they were written anew."""

    pages: int
    content: bytes = field(repr=False)


def why(reason: str) -> str:
    """The sentence for whoever chose a file that can't be taken: what is wrong with it, and what to do."""
    return {
        "kind": _("Choose a PDF. This file is not one, despite its name."),
        "active": _("Save the file as a plain PDF: this one contains scripts, programs or other files."),
        "locked": _("Remove the password from the PDF, then choose it again."),
    }.get(reason, _("This PDF can't be read. Export it again, then choose the new file."))


def examined(content: bytes) -> Harmless:
    """What to keep of an uploaded file. Raises :class:`NotAcceptable`, and RuntimeError inside a writing transaction."""
    if db.is_writing():
        raise RuntimeError("examine files before the transaction opens: it keeps others from writing")
    if not content.startswith(b"%PDF-"):
        raise NotAcceptable("kind")
    if b"%%EOF" not in content[-2048:]:
        raise NotAcceptable("broken")  # cut off on its way: the parser would make do with what is there
    head, _newline, rewritten = _asked(content).partition(b"\n")
    try:
        answer = json.loads(head)
    except ValueError:
        raise NotAcceptable("broken") from None  # it ran out of memory or time, or crashed
    if "pages" not in answer:
        raise NotAcceptable(answer["reason"] if answer.get("reason") in REASONS else "broken")
    return Harmless(int(answer["pages"]), rewritten)


def _asked(content: bytes) -> bytes:
    # By its path and isolated: the program is no part of it, so it starts in a fifth of a second and knows no secrets.
    command = [sys.executable, "-I", str(CHILD)]
    try:
        with _turns:
            done = subprocess.run(  # noqa: S603 (a program of ours; the file comes on its input)
                command, input=content, capture_output=True, timeout=PATIENCE, env={}, cwd="/", check=False
            )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout
