"""What later stages say on an earlier stage's page, which knows none of them: lifecycle brings the two together."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import current_app

from accelerator.core.web import App

KEY = "funade.notices"


class Notice(NamedTuple):
    """A title, a sentence (or none), and a link that leads on."""

    title: str
    text: str
    verb: str
    address: str


Teller = Callable[..., Notice | None]


def tell_on(app: App, page: str, tellers: Sequence[Teller]) -> None:
    """Name who has something to say on ``page``: each gets what the page is about, and is silent with None."""
    app.extensions.setdefault(KEY, {})[page] = tuple(tellers)


def told_on(page: str, *subjects: Any) -> list[Notice]:
    """Everything that there is to say on ``page`` now."""
    tellers: Sequence[Teller] = current_app.extensions.get(KEY, {}).get(page, ())
    notices = (tell(*subjects) for tell in tellers)
    return [notice for notice in notices if notice is not None]
