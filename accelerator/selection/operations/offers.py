"""Offers: made by a release or from the waitlist, answered once, lapsing at their instant."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations import give_role
from accelerator.accounts.queries import membership_of, people_with
from accelerator.accounts.rules import TEAM
from accelerator.core import clock, times
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.intake.models import MOVES, Application, ApplicationState
from accelerator.intake.queries.visibility import is_barred
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.selection import queries
from accelerator.selection.models import OFFER_MOVES, CohortEntry, Offer, OfferState
from accelerator.selection.operations.letters import letter_path, letter_values, send_letter

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
    offer = add(Offer(edition_id=application.edition_id, application_id=application.id, made_at=clock.now(),
                      expires_at=expires_at))  # fmt: skip
    move(application, ApplicationState.OFFERED, moves=MOVES, actor=actor, reason=reason)
    audit(actor, "selection.offered", application, reason=reason, expires_at=[None, expires_at.isoformat()])
    return offer


def accept_offer(offer: Offer, *, actor: Person) -> CohortEntry:
    """Take the place: the startup joins the cohort, its founders get their role and a welcome."""
    edition = lock(session().get_one(Edition, offer.edition_id))
    offer, application = _answer(offer, OfferState.ACCEPTED, actor=actor, comment="")
    move(application, ApplicationState.JOINED, moves=MOVES, actor=actor)
    entry = add(CohortEntry(edition_id=offer.edition_id, startup_id=application.startup_id,
                            application_id=application.id, joined_at=clock.now()))  # fmt: skip
    people = queries.recipients([application])[application.id]
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


def _answer(offer: Offer, to: OfferState, *, actor: Person, comment: str) -> tuple[Offer, Application]:
    offer = lock(offer)
    application = lock(session().get_one(Application, offer.application_id))
    now = clock.arrival()
    if offer.state is not OfferState.OPEN:
        raise Refused(_("This offer was answered already: %(state)s.", state=offer.state.public_label))
    if now >= offer.expires_at:
        raise Refused(_("This offer has lapsed. Write to the programme team if you still want the place."))
    offer.answered_at, offer.answered_by, offer.comment = now, actor.id, comment
    move(offer, to, moves=OFFER_MOVES, actor=actor)
    return offer, application


def _make_founders(edition: Edition, people: list[Person], *, actor: Person) -> None:
    """Give the founder's role to whoever never held it; whom the team took it from stays without it."""
    for person in people:
        if membership_of(person, edition.id, Role.FOUNDER) is None:
            give_role(person, edition.id, Role.FOUNDER, actor=actor)


def _tell_team(edition: Edition, offer: Offer, kind: str, *, by: Person | None) -> None:
    application = session().get_one(Application, offer.application_id)
    for person in people_with(edition.id, *TEAM):
        if is_barred(person, application):
            continue
        notify(person, kind, key=f"{kind}:team:{offer.id}:{person.id}", about=application, edition=edition,
               application=application,
               offer=offer, by=by.name_in(person.language) if by else "", for_team=True,
               path=f"/editions/{edition.slug}/selection/{application.reference}")  # fmt: skip


def move_up(edition: Edition) -> list[Offer]:
    """Offer free places to the waitlist in its order, as long as there are places and the programme has not ended.

    Nobody can answer later than on the programme's last day, where the programme is.
    """
    edition = lock(edition)
    if queries.has_ended(edition):
        return []
    last = queries.last_release(edition)
    days = last.answer_days if last else ANSWER_DAYS
    expires_at = min(answer_by(edition, days), end_of(edition))
    made = []
    for _place in range(queries.places_left(edition)):
        entry = queries.next_waiting(edition)
        if entry is None:
            break
        application = lock(entry.application)
        made.append(make_offer(application, expires_at=expires_at, actor=None, reason=f"waitlist {entry.position}"))
        audit(None, "selection.moved_up", application, position=[entry.position, None])
        values = letter_values(edition, application, feedback=(), expires_at=expires_at, moved_up=True)
        send_letter(queries.recipients([application])[application.id], "decision_offer", application, values)
    return made


def remind_and_lapse(edition: Edition) -> tuple[int, int]:
    """Remind of offers that lapse within three days and within one, lapse what is over; ``(reminders, lapsed)``."""
    reminded, lapsed, now = 0, 0, clock.now()
    edition = lock(edition)
    for offer in queries.open_offers(edition):
        if offer.expires_at + ON_THE_WAY <= now:
            lapse_offer(edition, offer)
            lapsed += 1
        else:
            reminded += _remind(edition, offer, now)
    if lapsed:
        move_up(edition)
    return reminded, lapsed


def _remind(edition: Edition, offer: Offer, now: datetime) -> int:
    due = next((before for before in REMIND_BEFORE if offer.expires_at - before <= now), None)
    # An offer that was open for less than a day so far needs no reminder: its letter is the reminder.
    if due is None or now - offer.made_at < timedelta(days=1):
        return 0
    application = offer.application
    people = queries.recipients([application])[application.id]
    return sum(
        notify(person, "offer_reminder", key=f"offer_reminder:{offer.id}:{due.days}:{person.id}", about=application, edition=edition,
               application=application, offer=offer, path=letter_path(edition, application))
        for person in people
    )  # fmt: skip


def lapse_offer(edition: Edition, offer: Offer) -> None:
    """End an offer that nobody answered in time; founders and team are told."""
    offer = lock(offer)
    if offer.state is not OfferState.OPEN or clock.now() < offer.expires_at:
        return
    application = lock(session().get_one(Application, offer.application_id))
    offer.answered_at = clock.now()
    move(offer, OfferState.LAPSED, moves=OFFER_MOVES, actor=None)
    move(application, ApplicationState.TURNED_DOWN, moves=MOVES, actor=None)
    audit(None, "selection.lapsed", application, expires_at=offer.expires_at.isoformat())
    for person in queries.recipients([application])[application.id]:
        notify(person, "offer_lapsed", key=f"offer_lapsed:{offer.id}:{person.id}", about=application, edition=edition,
               application=application, offer=offer, for_team=False, path=letter_path(edition, application))  # fmt: skip
    _tell_team(edition, offer, "offer_lapsed", by=None)
