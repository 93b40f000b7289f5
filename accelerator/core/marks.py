"""Marks: a word on a row that is another one after each change of what hangs on it.

What hangs on such a row (the questions of a form, the criteria of a round) is asked for on most pages and hardly ever
changes, so an application keeps what it read under the mark. The mark comes with its row in every request: a change by
any other process is seen at once, and no word comes twice, not even after a roll-back. What is kept lies in the
installation and not in the process: a copied database has the same words on other rows.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import String, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from accelerator.core import installation, scope
from accelerator.core.db import session

Value = TypeVar("Value")
MOST = 100  # things that an application keeps; a form of forty questions takes about 100 kB


def new_mark() -> str:
    """A word that nothing carried before."""
    return secrets.token_hex(8)


class Marked:
    """Mixin of a row on which something hangs that is kept."""

    mark: Mapped[str] = mapped_column(String(16), default=new_mark)


_owners: dict[type, Callable[[Session, Any], Marked | None]] = {}


def hangs_on(part: type, owner: Callable[[Session, Any], Marked | None]) -> None:
    """Give the row that ``owner`` finds a new mark whenever a row of ``part`` is added, changed or deleted."""
    _owners[part] = owner


@event.listens_for(Session, "before_flush")
def _mark_anew(opened: Session, *_: object) -> None:
    changed = (*opened.new, *opened.deleted, *(row for row in opened.dirty if type(row) in _owners))
    for row in changed:
        find = _owners.get(type(row))
        if find is None or (row in opened.dirty and not opened.is_modified(row)):
            continue
        with scope.everywhere():  # what a transaction leaves unwritten is written after its edition was left
            owner = find(opened, row)
        if owner is not None:
            owner.mark = new_mark()


def read_once(what: str, owners: tuple[Marked, ...], read: Callable[[], Value]) -> Value:
    """What ``read`` gives of what hangs on ``owners``: from memory while their marks stay as they are.

    ``read`` asks the database and not the session, which may know older rows, and gives values that nobody changes.
    What a transaction has written itself is not kept: it may still be rolled back.
    """
    opened = session()
    writes = opened.info["writes"]
    if writes:
        opened.flush()  # what is changed gets its new mark first
    key = (what, *(owner.mark for owner in owners))
    here = installation.current()
    if key in here.kept:
        return cast(Value, here.kept[key])
    value = read()
    if not writes:
        with here.turn:
            while len(here.kept) >= MOST:
                del here.kept[next(iter(here.kept))]
            here.kept[key] = value
    return value
