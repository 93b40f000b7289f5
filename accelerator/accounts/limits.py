"""How often somebody may try. Tries are rows, so every web process counts the same ones, before it looks at them.

Nobody can lock the owner out: whoever signed in from a network before is counted there by that network's own tries, and
a browser that is signed in stays signed in.

Nor can anybody use up the mails of an address that is not theirs. A network that asks again and again waits longer and
longer by itself; requests from everywhere together wait as well, once there are many, but never longer than an hour. So
a mail always goes out soon after the owner asks, or went out just before, and their number in a day stays small.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from accelerator.accounts.models import Attempt
from accelerator.core import clock, db
from accelerator.core.db import add, session

PASSWORD, LINK, ADDRESS = "password", "link", "address"
WINDOW = timedelta(minutes=15)
FREE = 5  # guesses per account before the pauses begin
FREE_PER_PLACE = {PASSWORD: 30, LINK: 20, ADDRESS: 20}
FREE_MAILS, FREE_MAILS_PER_PLACE = 20, 3  # to an address in a day
PAUSES_OF_MAILS = timedelta(minutes=1), timedelta(minutes=60)  # the first and the longest
PAUSES_OF_PLACE = timedelta(minutes=10), timedelta(minutes=120)
DAY = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)


def pause(email: str, place: str) -> timedelta:
    """How long somebody at ``place`` has to wait before the next guess for ``email``; zero if not at all."""
    of_account = [Attempt.email == email]
    if _familiar(email, place):
        of_account.append(Attempt.place == place)
    return max(_wait(PASSWORD, FREE, *of_account), place_pause(PASSWORD, place))


def place_pause(kind: str, place: str) -> timedelta:
    """How long everybody at ``place`` has to wait, whichever address they try for."""
    return _wait(kind, FREE_PER_PLACE[kind], Attempt.place == place)


def mail_pause(kind: str, email: str, place: str) -> timedelta:
    """How long nobody at ``place`` can have another mail of a kind sent to ``email``; zero if one may go now."""
    own = _wait(kind, FREE_MAILS_PER_PLACE, Attempt.email == email, Attempt.place == place, mails=PAUSES_OF_PLACE)
    return own if _familiar(email, place) else max(own, mail_pause_elsewhere(kind, email))


def mail_pause_elsewhere(kind: str, email: str) -> timedelta:
    """The same at a network that has asked for none of them."""
    return _wait(kind, FREE_MAILS, Attempt.email == email, mails=PAUSES_OF_MAILS)


def take_turns(kind: str, email: str, place: str) -> None:
    """Let whoever tries for the same account or from the same place be counted one after the other."""
    db.take_turns(f"attempt {kind} {email}", f"attempt {kind} {place}")


def note(kind: str, email: str, place: str, *, succeeded: bool) -> Attempt:
    """Remember a try."""
    return add(Attempt(kind=kind, email=email[:254], place=place, at=clock.system_now(), succeeded=succeeded))


def _familiar(email: str, place: str) -> bool:
    # Only who signed in: anybody can register an address for an event.
    signed_in = Attempt.kind.in_((PASSWORD, LINK)), Attempt.succeeded
    before = select(Attempt.id).where(Attempt.email == email, Attempt.place == place, *signed_in).limit(1)
    return session().scalar(before) is not None


def _wait(
    kind: str, free: int, *conditions: ColumnElement[bool], mails: tuple[timedelta, timedelta] | None = None
) -> timedelta:
    now = clock.system_now()
    since = now - (DAY if mails else WINDOW)
    counted = select(func.count(Attempt.id), func.max(Attempt.at)).where(
        Attempt.kind == kind, Attempt.at > since, Attempt.succeeded.is_(False), *conditions
    )
    tries, last = session().execute(counted).one()
    pauses = mails or (FIRST_PAUSE, LONGEST_PAUSE)
    return pause_after(tries - free, last, now, *pauses) if tries >= free else timedelta()


def pause_after(
    beyond: int,
    last: datetime,
    now: datetime,
    first: timedelta = FIRST_PAUSE,
    longest: timedelta = LONGEST_PAUSE,
) -> timedelta:
    """What is left of the pause after the ``beyond``-th try too many: the first, doubled each time, up to the longest.

    >>> from datetime import datetime, UTC
    >>> at = datetime(2020, 1, 1, tzinfo=UTC)
    >>> pause_after(0, at, at), pause_after(3, at, at), pause_after(3, at, at + timedelta(minutes=1))
    (datetime.timedelta(seconds=5), datetime.timedelta(seconds=40), datetime.timedelta(0))
    """
    whole = min(first * int(2 ** min(beyond, 10)), longest)
    return max(last + whole - now, timedelta())
