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

    def as_form(self, week: str) -> MultiDict[str, str]:
        """The words as a form sends them, for the week that they were typed for."""
        return MultiDict({**self.words, "as_of": week})


def keep(startup: Startup, edition: Edition, week: str, words: dict[str, str]) -> bool:
    """Keep what was typed for a week; False, and the older drafts stay, when it does not fit."""
    weeks = {**_weeks(startup, edition), week: {"at": clock.now().isoformat(), "words": words}}
    return _store(startup, edition, weeks)


def kept(startup: Startup, edition: Edition, week: str) -> Draft | None:
    """The draft of this startup for a week of this edition, if this browser has one."""
    known = _weeks(startup, edition).get(week)
    return Draft(known["words"], datetime.fromisoformat(known["at"])) if known else None


def weeks_kept(startup: Startup, edition: Edition) -> list[str]:
    """The weeks for which this browser has a draft, newest first."""
    return sorted(_weeks(startup, edition), reverse=True)


def forget(startup: Startup, edition: Edition, week: str) -> None:
    """Drop the draft of a week."""
    weeks = _weeks(startup, edition)
    if weeks.pop(week, None) is not None:
        _store(startup, edition, weeks)


def _weeks(startup: Startup, edition: Edition) -> dict[str, Any]:
    known: dict[str, Any] = cookie.get(KEY) or {}
    if known.get("of") != [edition.id, startup.id]:
        return {}
    if "words" in known:  # kept before drafts belonged to their week
        return {known["words"].get("as_of", ""): {"at": known["at"], "words": known["words"]}}
    return dict(known["weeks"])


def _store(startup: Startup, edition: Edition, weeks: dict[str, Any]) -> bool:
    kept = {"of": [edition.id, startup.id], "weeks": weeks}
    if len(json.dumps(kept).encode()) > MOST:
        return False
    if weeks:
        web.remember(KEY, kept)
    else:
        cookie.pop(KEY, None)
    return True
