"""A Demo Day: event, pitches, investors. Choose the edition around these."""

from datetime import timedelta
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.core import clock
from accelerator.core.db import add
from accelerator.demo_day.models import Investor, Pitch, Show, Vetting
from accelerator.events.models import Event, EventKind
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup
from tests.factories import make_cohort_startup, make_member


def make_demo_day(edition: Edition, **values: Any) -> Event:
    """A published Demo Day that is about to begin."""
    start = clock.now() + timedelta(minutes=20)
    defaults = {
        "edition_id": edition.id,
        "slug": "demo-day",
        "kind": EventKind.DEMO_DAY,
        "starts_at": start,
        "title": {"en": "Demo Day", "ja": "Demo Day"},
        "about": {"en": "Pitches.", "ja": "発表です。"},
        "ends_at": start + timedelta(hours=3),
        "uid": f"demo-day-{edition.id}",
        "published_at": clock.now(),
        "stream_url": "https://stream.example/secret",
    }
    event = add(Event(**{**defaults, **values}))
    add(Show(edition_id=edition.id, event_id=event.id, changed_at=clock.now()))
    return event


def make_pitch(edition: Edition, event: Event, position: int = 1) -> tuple[Pitch, Startup, Person]:
    """A cohort startup's pitch, with its founder."""
    startup, founder = make_cohort_startup(edition)
    pitch = add(
        Pitch(
            edition_id=edition.id,
            event_id=event.id,
            startup_id=startup.id,
            position=position,
            planned_at=event.starts_at + timedelta(minutes=6 * (position - 1)),
            line={"en": "One line.", "ja": "一行。"},
            ask={"en": "A pilot.", "ja": "実証。"},
            sector={"en": "Health", "ja": "健康"},
        )
    )
    return pitch, startup, founder


def make_investor(edition: Edition, vetting: Vetting = Vetting.ADMITTED) -> tuple[Investor, Person]:
    """An investor of the edition."""
    roles = (Role.INVESTOR,) if vetting is Vetting.ADMITTED else ()
    person = make_member(edition, *roles)
    return add(Investor(edition_id=edition.id, person_id=person.id, firm="Farol", vetting=vetting)), person
