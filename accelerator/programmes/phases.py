"""Where an edition stands at an instant. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from accelerator.core.i18n import lazy
from accelerator.programmes.models import Edition


class Phase(StrEnum):
    """What an edition is doing, for whoever comes by."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    RUNNING = "running"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The phase in words."""
        return str(LABELS[self])

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return {"announced": "sea", "open": "ok", "closed": "", "running": "sea", "ended": "line"}[self.value]


LABELS = {
    Phase.ANNOUNCED: lazy("Call not open yet"),
    Phase.OPEN: lazy("Call open"),
    Phase.CLOSED: lazy("Call closed, in selection"),
    Phase.RUNNING: lazy("Running"),
    Phase.ENDED: lazy("Ended"),
}


def phase_at(edition: Edition, now: datetime) -> Phase:
    """The phase at ``now``. Days count in the edition's zone; the programme ends with the day of Demo Day.

    The announced close decides; a rolling call is open until a close is set.
    """
    today = now.astimezone(ZoneInfo(edition.zone)).date()
    if now < edition.opens_at:
        return Phase.ANNOUNCED
    if not edition.close_has_passed(now):
        return Phase.OPEN
    if today > edition.demo_day_on:
        return Phase.ENDED
    return Phase.RUNNING if today >= edition.starts_on else Phase.CLOSED


def left_until(instant: datetime, now: datetime) -> timedelta:
    """How long it is until ``instant``, never negative."""
    return max(instant - now, timedelta())
