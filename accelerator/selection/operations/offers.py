"""Offers: made by a release or from the waitlist, answered once, lapsing at their instant."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations.roles import give_role
from accelerator.accounts.queries import membership_of, people_with
from accelerator.accounts.rules import TEAM
from accelerator.core import clock, times
from accelerator.core.audit import audit, audit_all
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move, move_all
from accelerator.intake.models import MOVES, Application, ApplicationState
from accelerator.intake.queries.visibility import barred
from accelerator.notifications.operations import Letter, letter_to, notify, notify_many
from accelerator.programmes.models import Edition
from accelerator.selection.models import OFFER_MOVES, CohortEntry, Offer, OfferState
from accelerator.selection.operations.letters import letter_path, letter_values, letters_to
from accelerator.selection.queries import releases
from accelerator.selection.queries.offers import first_waiting, has_ended, locked_applications, open_offers, places_left

REMIND_BEFORE = (timedelta(days=1), timedelta(days=3))  # the nearer first: only one of them is sent at a time
ANSWER_DAYS = 7
ON_THE_WAY = timedelta(minutes=2)
"""How long an offer is left open after its instant: an answer that reached us in time may still wait for its turn."""


def answer_by(edition: Edition, days: int) -> datetime:
    """23:59 of the ``days``-th day from today, where the programme is."""
    return _last_minute(edition, clock.now().astimezone(ZoneInfo(edition.zone)).date() + timedelta(days=days))


def end_of(edition: Edition) -> datetime:
    """The last minute of the programme's last day, where the programme is."""
    return _last_minute(edition, edition.demo_day_on)


def _last_minute(edition: Edition, day: date) -> datetime:
    return times.from_local(datetime.combine(day, time(23, 59)), edition.zone)


def make_offer(
    application: Application, *, expires_at: datetime, actor: Person | None, reason: str | None = None
) -> Offer:
    """Offer a place until ``expires_at``; the letter is the caller's business."""
    offer = add(
        Offer(
            edition_id=application.edition_id, application_id=application.id, made_at=clock.now(), expires_at=expires_at
        )
    )
    move(application, ApplicationState.OFFERED, moves=MOVES, actor=actor, reason=reason)
    audit(actor, "selection.offered", application, reason=reason, expires_at=[None, expires_at.isoformat()])
    return offer


def accept_offer(offer: Offer, *, actor: Person) -> CohortEntry:
    """Take the place: the startup joins the cohort, its founders get their role and a welcome."""
    edition = lock(session().get_one(Edition, offer.edition_id))
    offer, application = _answer(offer, OfferState.ACCEPTED, actor=actor, comment="")
    move(application, ApplicationState.JOINED, moves=MOVES, actor=actor)
    entry = add(
        CohortEntry(
            edition_id=offer.edition_id,
            startup_id=application.startup_id,
            application_id=application.id,
            joined_at=clock.now(),
        )
    )
    people = releases.recipients([application])[application.id]
    _make_founders(edition, people, actor=actor)
    home = f"/editions/{edition.slug}/home"
    for person in people:
        key = f"welcome:{offer.id}:{person.id}"
        notify(person, "welcome", key=key, about=application, path=home, edition=edition, application=application)
    _tell_team(edition, offer, "offer_accepted", by=actor)
    audit(actor, "selection.joined", application, offer=[OfferState.OPEN, OfferState.ACCEPTED])
    return entry


def turn_down_offer(offer: Offer, *, comment: str, actor: Person) -> None:
    """Give the place back; the next on the waitlist moves up."""
    edition = lock(session().get_one(Edition, offer.edition_id))
    offer, application = _answer(offer, OfferState.DECLINED, actor=actor, comment=comment)
    move(application, ApplicationState.TURNED_DOWN, moves=MOVES, actor=actor, reason=comment or None)
    _tell_team(edition, offer, "offer_declined", by=actor)
    audit(actor, "selection.turned_down", application, reason=comment or None)
    move_up(edition)


def answer_problems(offer: Offer, now: datetime) -> Iterator[Refused]:
    """Why an offer can't be answered at an instant."""
    if offer.state is not OfferState.OPEN:
        yield Refused(_("This offer was answered already: %(state)s.", state=offer.state.public_label))
    elif now >= offer.expires_at:
        yield Refused(_("This offer has lapsed. Write to the programme team if you still want the place."))


def _answer(offer: Offer, to: OfferState, *, actor: Person, comment: str) -> tuple[Offer, Application]:
    offer = lock(offer)
    application = lock(session().get_one(Application, offer.application_id))
    now = clock.arrival()
    refuse(answer_problems(offer, now))
    offer.answered_at, offer.answered_by, offer.comment = now, actor.id, comment
    move(offer, to, moves=OFFER_MOVES, actor=actor)
    return offer, application


def _make_founders(edition: Edition, people: list[Person], *, actor: Person) -> None:
    """Give the founder's role to whoever never held it; whom the team took it from stays without it."""
    for person in people:
        if membership_of(person, edition.id, Role.FOUNDER) is None:
            give_role(person, edition.id, Role.FOUNDER, actor=actor)


def _tell_team(edition: Edition, offer: Offer, kind: str, *, by: Person | None) -> None:
    notify_many(_team_letters(edition, [offer], kind, by=by))


def _team_letters(edition: Edition, offers: Sequence[Offer], kind: str, *, by: Person | None = None) -> list[Letter]:
    """What the team hears of offers: each of those whom the application bars not."""
    letters = []
    for person in people_with(edition.id, *TEAM):
        hidden = set(barred(edition.id, person.id))
        for offer in offers:
            if offer.application_id not in hidden:
                key, application = f"{kind}:team:{offer.id}:{person.id}", offer.application
                path = f"/editions/{edition.slug}/selection/{application.reference}"
                who = by.name_in(person.language) if by else ""
                about: dict[str, Any] = {
                    "about": application,
                    "edition": edition,
                    "application": application,
                    "offer": offer,
                }
                letters.append(letter_to(person, kind, key=key, by=who, for_team=True, path=path, **about))
    return letters


def move_up(edition: Edition) -> list[Offer]:
    """Offer free places to the waitlist in its order, as long as there are places and the programme has not ended.

    Nobody can answer later than on the programme's last day, where the programme is.
    """
    edition = lock(edition)
    free = 0 if has_ended(edition) else places_left(edition)
    entries = first_waiting(edition, free)
    if not entries:
        return []
    last = releases.last_release(edition)
    expires_at = min(answer_by(edition, last.answer_days if last else ANSWER_DAYS), end_of(edition))
    applications = [entry.application for entry in entries]
    rows = [
        {"edition_id": edition.id, "application_id": application.id, "made_at": clock.now(), "expires_at": expires_at}
        for application in applications
    ]
    offers = list(session().scalars(insert(Offer).returning(Offer), rows))
    move_all(dict.fromkeys(applications), ApplicationState.OFFERED, moves=MOVES, actor=None)
    until = {"expires_at": [None, expires_at.isoformat()]}
    audit_all(None, "selection.offered", [(application, None, until) for application in applications])
    moved = [(entry.application, None, {"position": [entry.position, None]}) for entry in entries]
    audit_all(None, "selection.moved_up", moved)
    people = releases.recipients(applications)
    notify_many(
        letter
        for application in applications
        for letter in letters_to(
            people[application.id],
            "decision_offer",
            application,
            letter_values(edition, application, feedback=(), expires_at=expires_at, moved_up=True),
        )
    )
    return offers


def remind_and_lapse(edition: Edition) -> tuple[int, int]:
    """Remind of offers that lapse within three days and within one, lapse what is over; ``(reminders, lapsed)``.

    However many offers there are, they take the same number of statements, but for the mails, which go in portions.
    """
    edition, now = lock(edition), clock.now()  # so that nobody answers meanwhile
    offers = open_offers(edition)
    over = [offer for offer in offers if offer.expires_at + ON_THE_WAY <= now]
    people = releases.recipients([offer.application for offer in offers])
    letters = [
        letter
        for offer in offers
        if offer not in over
        for letter in _reminders(edition, offer, people[offer.application_id], now)
    ]
    reminded = len(notify_many(letters))
    if over:
        _lapse(edition, over, people)
        move_up(edition)
    return reminded, len(over)


def _reminders(edition: Edition, offer: Offer, people: Sequence[Person], now: datetime) -> list[Letter]:
    due = next((before for before in REMIND_BEFORE if offer.expires_at - before <= now), None)
    # An offer that was open for less than a day so far needs no reminder: its letter is the reminder.
    if due is None or now - offer.made_at < timedelta(days=1):
        return []
    return [
        _about_offer(edition, offer, person, "offer_reminder", f"offer_reminder:{offer.id}:{due.days}:{person.id}")
        for person in people
    ]


def _about_offer(edition: Edition, offer: Offer, person: Person, kind: str, key: str, **values: Any) -> Letter:
    application = offer.application
    path = letter_path(edition, application)
    about: dict[str, Any] = {"about": application, "edition": edition, "application": application, "offer": offer}
    return letter_to(person, kind, key=key, path=path, **about, **values)


def _lapse(edition: Edition, offers: Sequence[Offer], people: Mapping[int, Sequence[Person]]) -> None:
    """End offers that nobody answered in time; founders and team are told."""
    now, applications = clock.now(), locked_applications([offer.application_id for offer in offers])
    for offer in offers:
        offer.answered_at = now
    move_all(dict.fromkeys(offers), OfferState.LAPSED, moves=OFFER_MOVES, actor=None)
    move_all(dict.fromkeys(applications), ApplicationState.TURNED_DOWN, moves=MOVES, actor=None)
    ends = [(offer.application, None, {"expires_at": offer.expires_at.isoformat()}) for offer in offers]
    audit_all(None, "selection.lapsed", ends)
    letters = [
        _about_offer(edition, offer, person, "offer_lapsed", f"offer_lapsed:{offer.id}:{person.id}", for_team=False)
        for offer in offers
        for person in people[offer.application_id]
    ]
    notify_many([*letters, *_team_letters(edition, offers, "offer_lapsed")])
