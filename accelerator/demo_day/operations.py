"""What happens around Demo Day: the running order, the live show, investors, interest and introductions."""

from datetime import datetime, timedelta

from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations.roles import end_role, give_role
from accelerator.accounts.queries import membership_of, people_with
from accelerator.accounts.rules import holds
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.demo_day import queries, rules
from accelerator.demo_day.models import (
    CHANGE,
    PHASE_MOVES,
    Interest,
    InterestLevel,
    Investor,
    Phase,
    Pitch,
    Show,
    Vetting,
)
from accelerator.events.models import Event
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry
from accelerator.selection.queries.cohort import cohort
from accelerator.startups.queries import people


def prepare_show(event: Event, edition: Edition, *, actor: Person) -> int:
    """Give every startup of the cohort that has none a pitch, at the end of the running order; returns how many.

    What is planned already keeps its time: the agenda and everybody's calendar have it.
    """
    lock(event)
    there = queries.pitches(event)
    known = {pitch.startup_id for pitch in there}
    free = there[-1].planned_at + timedelta(minutes=there[-1].minutes) + CHANGE if there else event.starts_at
    new = [entry for entry in cohort(edition) if entry.startup_id not in known]
    for position, entry in enumerate(new, len(there) + 1):
        pitch = add(_pitch_of(entry, event, position, free))
        session().flush()
        free += timedelta(minutes=pitch.minutes) + CHANGE
    if session().scalar(select(Show.id).where(Show.event_id == event.id)) is None:
        add(Show(edition_id=edition.id, event_id=event.id, changed_at=clock.now()))
    audit(actor, "demo_day.prepared", event, pitches=len(there) + len(new))
    return len(new)


def _pitch_of(entry: CohortEntry, event: Event, position: int, at: datetime) -> Pitch:
    startup, sector = entry.startup, entry.application.sector
    return Pitch(
        edition_id=event.edition_id,
        event_id=event.id,
        startup_id=startup.id,
        position=position,
        planned_at=at,
        line={"en": startup.one_line, "ja": startup.one_line_ja or startup.one_line},
        ask={"en": "", "ja": ""},
        sector=sector.name if sector else {"en": "", "ja": ""},
    )


def shift_pitch(pitch: Pitch, *, by: int, actor: Person) -> None:
    """Move a pitch up (-1) or down (+1) in the running order. Refused once the show runs.

    The times stay where they are, breaks between them too; the startups change places.
    """
    event = lock(pitch.event)
    show = session().scalar(select(Show).where(Show.event_id == event.id))
    if show and show.state is not Phase.BEFORE:
        raise Refused(_("The order is fixed once the show has started."))
    order = queries.pitches(event)
    here = order.index(pitch)
    there = max(0, min(len(order) - 1, here + by))
    times = sorted(each.planned_at for each in order)
    order.insert(there, order.pop(here))
    for position, (each, at) in enumerate(zip(order, times, strict=True), 1):
        each.position, each.planned_at = position, at
    audit(actor, "demo_day.reordered", pitch, position=[here + 1, there + 1])


def _show_of(event: Event) -> Show:
    show = session().scalar(select(Show).where(Show.event_id == event.id))
    if show is None:
        raise Refused(_("Prepare the running order first."))
    return lock(show)


EARLY = timedelta(minutes=30)
"""How long before the announced start a pitch may go on stage without anybody being asked whether that is meant."""


def is_early(event: Event) -> bool:
    """Whether the audience does not expect anything to begin yet."""
    return clock.now() < event.starts_at - EARLY


def call_next(event: Event, *, actor: Person, although_early: bool = False) -> Pitch:
    """Bring the next pitch on stage; the one on stage ends. Refused when all have pitched.

    Long before the announced start it is refused too unless ``although_early``: every viewer's page would say "live".
    """
    show = _show_of(event)
    now = clock.now()
    waiting = [pitch for pitch in queries.pitches(event) if pitch.started_at is None and not pitch.skipped]
    if not waiting:
        raise Refused(_("All startups have pitched. Move on to questions or close the show."))
    if is_early(event) and not although_early:
        raise Refused(_("Demo Day hasn't begun. Confirm that you want to start before the announced time."))
    _remember_step(show)
    if show.pitch and show.pitch.ended_at is None:
        show.pitch.ended_at = now
    following = waiting[0]
    move(show, Phase.PITCH, moves=PHASE_MOVES, actor=actor, pitch=following.id)
    following.started_at, show.pitch, show.changed_at = now, following, now
    session().flush()
    return following


def skip_pitch(pitch: Pitch, *, skipped: bool, actor: Person) -> None:
    """Leave a startup that does not come out of the show, or take it in again before it has pitched."""
    _show_of(pitch.event)
    if pitch.started_at is not None:
        raise Refused(_("%(name)s has been on stage already.", name=pitch.startup.name))
    changed = changes_of(pitch, {"skipped": skipped})
    if changed:
        audit(actor, "demo_day.pitch_skipped" if skipped else "demo_day.pitch_taken_in", pitch)


def open_questions(event: Event, *, actor: Person) -> None:
    """End the pitch on stage and take questions."""
    _turn_to(event, Phase.QUESTIONS, actor=actor)


def close_show(event: Event, *, actor: Person) -> None:
    """End the show."""
    _turn_to(event, Phase.CLOSED, actor=actor)


def _remember_step(show: Show) -> None:
    show.steps = [*show.steps, [show.state.value, show.pitch_id]]


def _turn_to(event: Event, phase: Phase, *, actor: Person) -> None:
    show = _show_of(event)
    now = clock.now()
    _remember_step(show)
    if show.pitch and show.pitch.ended_at is None:
        show.pitch.ended_at = now
    move(show, phase, moves=PHASE_MOVES, actor=actor)
    show.changed_at = now


def step_back(event: Event, *, actor: Person) -> None:
    """Undo the last step: phase and pitch are again what they were before it, however often it is asked."""
    show = _show_of(event)
    if not show.steps:
        raise Refused(_("There is nothing to undo."))
    phase, pitch_id = Phase(show.steps[-1][0]), show.steps[-1][1]
    undone = show.pitch
    if undone is not None and undone.id != pitch_id:
        undone.started_at = undone.ended_at = None
    before = session().get(Pitch, pitch_id) if pitch_id is not None else None
    if before is not None and phase is Phase.PITCH:
        before.ended_at = None
    show.pitch, show.steps, show.changed_at = before, show.steps[:-1], clock.now()
    if phase is show.state:  # from one pitch to the one before
        audit(actor, "demo_day.stepped_back", show, pitch=[undone.id if undone else None, pitch_id])
    else:
        move(show, phase, moves=PHASE_MOVES, actor=actor)
    session().flush()


def describe_pitch(pitch: Pitch, *, line: dict[str, str], ask: dict[str, str], actor: Person) -> None:
    """Change what the card says and confirm it."""
    changed = changes_of(pitch, {"line": line, "ask": ask})
    pitch.confirmed_at = clock.now()
    audit(actor, "demo_day.pitch_confirmed", pitch, **changed)


def ask_for_admission(edition: Edition, *, firm: str, focus: str, actor: Person) -> Investor:
    """Ask to be admitted as an investor; staff get a mail. Asking again updates the firm.

    Whom staff have invited as an investor is admitted by that, and only says for which firm.
    """
    known = queries.investor_in(actor, edition.id)
    if known is not None:
        audit(actor, "demo_day.investor_changed", known, **changes_of(known, {"firm": firm, "focus": focus}))
        return known
    invited = holds(actor, edition.id, Role.INVESTOR)
    vetting, at = (Vetting.ADMITTED, clock.now()) if invited else (Vetting.ASKED, None)
    investor = add(
        Investor(edition_id=edition.id, person_id=actor.id, firm=firm, focus=focus, vetting=vetting, vetted_at=at)
    )
    if invited:
        audit(actor, "demo_day.investor_changed", investor)
        return investor
    for member in people_with(edition.id, Role.ADMIN, Role.STAFF):
        notify(
            member,
            "investor_asked",
            key=f"investor_asked:{investor.id}:{member.id}",
            investor=investor,
            edition=edition,
        )
    audit(actor, "demo_day.investor_asked", investor)
    return investor


def vet_investor(investor: Investor, edition: Edition, *, admitted: bool, actor: Person) -> None:
    """Admit an investor, or don't; admission gives the role and a mail."""
    after = Vetting.ADMITTED if admitted else Vetting.REFUSED
    changed = changes_of(investor, {"vetting": after, "vetted_by": actor.id})
    investor.vetted_at = clock.now()
    if admitted:
        give_role(investor.person, edition.id, Role.INVESTOR, actor=actor)
    elif (held := membership_of(investor.person, edition.id, Role.INVESTOR)) is not None:
        end_role(held, actor=actor)
    if admitted and changed:
        notify(investor.person, "investor_admitted", key=f"investor_admitted:{investor.id}", edition=edition)
    audit(actor, "demo_day.investor_vetted", investor, **changed)


def show_interest(pitch: Pitch, *, level: InterestLevel | None, actor: Person, note: str = "") -> Interest | None:
    """Mark interest of a level, change it, or withdraw it (``None``); a wish to meet is mailed to the startup."""
    investor = queries.investor_in(actor, pitch.edition_id)
    if investor is None or not rules.is_admitted_investor(actor, pitch.edition_id):
        raise Refused(_("The programme team has not admitted you yet."))
    lock(investor)
    mine = session().scalar(select(Interest).where(Interest.pitch_id == pitch.id, Interest.investor_id == investor.id))
    if level is None:
        return _withdraw(mine, actor=actor) if mine else None
    if mine is None:
        mine = add(
            Interest(
                edition_id=pitch.edition_id,
                pitch_id=pitch.id,
                investor_id=investor.id,
                level=level,
                note=note,
                shown_at=clock.now(),
            )
        )
    else:
        mine.level, mine.withdrawn_at = level, None
        mine.note = note or mine.note
    if level is InterestLevel.MEET:
        _tell_startup(mine)
    audit(actor, "demo_day.interest_shown", mine, level=level)
    return mine


def _withdraw(interest: Interest, *, actor: Person) -> Interest:
    if interest.agreed_at is not None:
        raise Refused(_("The introduction has been made, so it can't be taken back."))
    interest.withdrawn_at = clock.now()
    audit(actor, "demo_day.interest_withdrawn", interest)
    return interest


def _tell_startup(interest: Interest) -> None:
    for person in people(interest.pitch.startup_id):
        notify(
            person,
            "interest_shown",
            key=f"interest_shown:{interest.id}:{person.id}",
            interest=interest,
            slug=_edition_slug(interest),
        )


def answer_interest(interest: Interest, *, agree: bool, actor: Person) -> None:
    """The startup's yes or no to a wish to meet; a yes introduces both sides by mail, once."""
    lock(interest)
    if interest.level is not InterestLevel.MEET:
        raise Refused(_("This investor has not asked to meet."))
    if interest.agreed_at is not None:
        raise Refused(_("You've already agreed; both sides have each other's address."))
    interest.agreed_at, interest.refused_at = (clock.now(), None) if agree else (None, clock.now())
    if agree:
        _introduce(interest, actor)
    audit(actor, "demo_day.introduction_agreed" if agree else "demo_day.introduction_refused", interest)


def _introduce(interest: Interest, founder: Person) -> None:
    investor = interest.investor.person
    for person, other in ((investor, founder), (founder, investor)):
        notify(
            person,
            "introduction",
            key=f"introduction:{interest.id}:{person.id}",
            interest=interest,
            other=other,
            slug=_edition_slug(interest),
        )


def _edition_slug(interest: Interest) -> str:
    edition = session().get(Edition, interest.edition_id)
    return edition.slug if edition else ""
