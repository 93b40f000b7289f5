"""Numbers that were typed and not sent: kept in the signed cookie of the browser in which they were typed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import session as cookie
from werkzeug.datastructures import MultiDict

from accelerator.core import clock, web
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup

KEY = "numbers_draft"
MOST = 2400  # bytes; a browser drops a cookie of more than 4096, and the sign-in is in it too


@dataclass(frozen=True)
class Draft:
    """What was typed, by the names of the fields, and when it was kept."""

    words: dict[str, str]
    saved_at: datetime

    @property
    def as_form(self) -> MultiDict[str, str]:
        """The words as a form sends them."""
        return MultiDict(self.words)


def keep(startup: Startup, edition: Edition, words: dict[str, str]) -> bool:
    """Keep what was typed; False, and the older draft stays, when it does not fit."""
    kept = {"of": [edition.id, startup.id], "at": clock.now().isoformat(), "words": words}
    if len(json.dumps(kept).encode()) > MOST:
        return False
    web.remember(KEY, kept)
    return True


def kept(startup: Startup, edition: Edition) -> Draft | None:
    """The draft of this startup in this edition, if this browser has one."""
    found: dict[str, Any] = cookie.get(KEY) or {}
    if found.get("of") != [edition.id, startup.id]:
        return None
    return Draft(found["words"], datetime.fromisoformat(found["at"]))


def forget() -> None:
    """Drop the draft."""
    cookie.pop(KEY, None)
