"""How often somebody may try. Tries are rows, so every web process counts the same ones, before it looks at them.

Nobody can lock the owner out: whoever signed in from a network before is counted there by that network's own tries, and
a browser that is signed in stays signed in.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from accelerator.accounts.models import Attempt
from accelerator.core import clock, db
from accelerator.core.db import add, session

PASSWORD, LINK = "password", "link"
WINDOW = timedelta(minutes=15)
FREE = {PASSWORD: 5, LINK: 3}  # tries per account before the pauses begin
FREE_PER_PLACE = {PASSWORD: 30, LINK: 20}
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)


def pause(kind: str, email: str, place: str) -> timedelta:
    """How long somebody at ``place`` has to wait before the next try for ``email``; zero if not at all."""
    of_account = [Attempt.email == email]
    if _familiar(email, place):
        of_account.append(Attempt.place == place)
    return max(_wait(kind, FREE[kind], *of_account), _wait(kind, FREE_PER_PLACE[kind], Attempt.place == place))


def take_turns(kind: str, email: str, place: str) -> None:
    """Let whoever tries for the same account or from the same place be counted one after the other."""
    db.take_turns(f"attempt {kind} {email}", f"attempt {kind} {place}")


def note(kind: str, email: str, place: str, *, succeeded: bool) -> Attempt:
    """Remember a try."""
    return add(Attempt(kind=kind, email=email[:254], place=place, at=clock.system_now(), succeeded=succeeded))


def _familiar(email: str, place: str) -> bool:
    before = select(Attempt.id).where(Attempt.email == email, Attempt.place == place, Attempt.succeeded).limit(1)
    return session().scalar(before) is not None


def _wait(kind: str, free: int, *conditions: ColumnElement[bool]) -> timedelta:
    now = clock.system_now()
    counted = select(func.count(Attempt.id), func.max(Attempt.at)).where(
        Attempt.kind == kind, Attempt.at > now - WINDOW, Attempt.succeeded.is_(False), *conditions
    )
    tries, last = session().execute(counted).one()
    return pause_after(tries - free, last, now) if tries >= free else timedelta()


def pause_after(beyond: int, last: datetime, now: datetime) -> timedelta:
    """What is left of the pause after the ``beyond``-th try too many: 5 s, doubled each time, at most 10 minutes.

    >>> from datetime import datetime, UTC
    >>> at = datetime(2020, 1, 1, tzinfo=UTC)
    >>> pause_after(0, at, at), pause_after(3, at, at), pause_after(3, at, at + timedelta(minutes=1))
    (datetime.timedelta(seconds=5), datetime.timedelta(seconds=40), datetime.timedelta(0))
    """
    whole = min(FIRST_PAUSE * int(2 ** min(beyond, 10)), LONGEST_PAUSE)
    return max(last + whole - now, timedelta())
