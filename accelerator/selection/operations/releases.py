"""The release: prepared by one person, approved by a second, and then everything at once or nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import people_with
from accelerator.accounts.rules import TEAM
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.states import move
from accelerator.intake.models import MOVES, Application, ApplicationState
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Standing
from accelerator.selection import queries, rules
from accelerator.selection.models import (
    RELEASE_MOVES,
    Basis,
    Choice,
    Decision,
    Release,
    ReleaseState,
    WaitlistEntry,
)
from accelerator.selection.operations.letters import letter_kind, letter_values, send_letter
from accelerator.selection.operations.offers import ANSWER_DAYS, answer_by, make_offer


def digest_of(decisions: Sequence[Decision]) -> str:
    """SHA-256 in hex of what the letters rest on, whatever the order of ``decisions``."""
    lines = sorted(
        [one.application_id, one.choice.value, one.basis.value, one.reason, one.feedback] for one in decisions
    )
    return hashlib.sha256(json.dumps(lines, ensure_ascii=True).encode()).hexdigest()


def prepare_release(edition: Edition, *, actor: Person, answer_days: int = ANSWER_DAYS) -> Release:
    """Freeze what is to be approved. Refused while a decision or a translation is missing, or another is under way."""
    edition = lock(edition)
    if queries.desk(edition).under_way is not None:
        raise Refused(_("A release is under way already. Cancel it before you prepare another."))
    _decline_ineligible(edition, actor)
    _refuse_gaps(edition)
    decisions = queries.decisions_to_release(edition)
    if not decisions:
        raise Refused(_("There is nothing to release."))
    counts = Counter(one.choice for one in decisions)
    release = Release(
        edition_id=edition.id, counts={choice.value: counts[choice] for choice in Choice},
        digest=digest_of(decisions), prepared_by=actor.id, prepared_at=clock.now(), answer_days=answer_days,
    )  # fmt: skip
    try:
        with session().begin_nested():
            session().add(release)
    except IntegrityError:
        raise Refused(_("A release is under way already. Cancel it before you prepare another.")) from None
    audit(actor, "selection.prepared", release, counts=release.counts, digest=[None, release.digest])
    _ask_for_approval(edition, release, actor)
    return release


def _decline_ineligible(edition: Edition, actor: Person) -> None:
    """Who is not eligible gets a letter too: screening said no, and two people signed that."""
    for application in queries.ineligible(edition):
        session().add(Decision(edition_id=edition.id, application_id=application.id, choice=Choice.DECLINE,
                               basis=Basis.DISCUSSION, reason=_("Not eligible"), feedback="", decided_by=actor.id,
                               decided_at=clock.now()))  # fmt: skip
        audit(actor, "selection.decided", application, reason="not eligible",
              decision={"choice": [None, Choice.DECLINE.value]})  # fmt: skip


def _refuse_gaps(edition: Edition) -> None:
    missing = queries.gaps(edition)
    if missing:
        raise Refused(ngettext("%(num)s application has no decision yet.", "%(num)s applications have no decision yet.",
                               len(missing)))  # fmt: skip
    if queries.missing_texts(edition):
        raise Refused(_("A text of the edition lacks one of the two languages. Add it in the settings."))


def _ask_for_approval(edition: Edition, release: Release, actor: Person) -> None:
    if not edition.two_person_release:
        return
    for person in people_with(edition.id, *TEAM, Role.PARTNER):
        if person.id != actor.id:
            notify(person, "release_to_approve", key=f"release_to_approve:{release.id}:{person.id}", edition=edition,
                   preparer=actor.name_in(person.language), path=f"/editions/{edition.slug}/selection/release")  # fmt: skip


def approve_release(release: Release, *, typed_count: int, actor: Person) -> None:
    """Sign: by somebody else than the preparer where the edition asks for two people; the count has to match."""
    edition = lock(session().get_one(Edition, release.edition_id))
    release = lock(release)
    if not rules.can_approve(actor, release, edition):
        raise Refused(_("You prepared this release. A second person has to approve it."))
    if typed_count != release.letters:
        raise Refused(_("That is not the number of letters. Count again before you sign."), field="count")
    _refuse_changed(edition, release)
    release.approved_by = actor.id if actor.id != release.prepared_by else None
    release.approved_at = clock.now()
    move(release, ReleaseState.APPROVED, moves=RELEASE_MOVES, actor=actor)
    audit(actor, "selection.approved", release, counts=release.counts)


def cancel_release(release: Release, *, actor: Person) -> None:
    """Stop before anything went out; the decisions stay as they are."""
    release = lock(release)
    move(release, ReleaseState.CANCELLED, moves=RELEASE_MOVES, actor=actor)
    audit(actor, "selection.cancelled", release)


def _refuse_changed(edition: Edition, release: Release) -> list[Decision]:
    decisions = queries.decisions_to_release(edition)
    if digest_of(decisions) != release.digest or queries.gaps(edition):
        raise Refused(_("Decisions have changed since this release was prepared. Cancel it and prepare it again."))
    return decisions


def release_decisions(release: Release, *, actor: Person) -> int:
    """Make every decision visible in this transaction: states, offers, waitlist and all letters, or nothing at all.

    Returns the number of applications; 0 when the release went out already, so that a second click does nothing.
    """
    edition = lock(session().get_one(Edition, release.edition_id))
    release = lock(release)
    if release.state is ReleaseState.RELEASED:
        return 0
    if edition.two_person_release and release.approved_by in (None, release.prepared_by):
        raise Refused(_("A second person has to approve this release first."))
    queries.lock_candidates(edition)
    decisions = _refuse_changed(edition, release)
    release.released_by, release.released_at = actor.id, clock.now()
    move(release, ReleaseState.RELEASED, moves=RELEASE_MOVES, actor=actor)
    _let_out(edition, release, decisions, actor)
    audit(actor, "selection.released", release, letters=len(decisions), digest=release.digest)
    return len(decisions)


def _let_out(edition: Edition, release: Release, decisions: list[Decision], actor: Person) -> None:
    people = queries.recipients([one.application for one in decisions])
    expires_at = answer_by(edition, release.answer_days)
    _queue_up(edition, [one.application for one in decisions if one.choice is Choice.WAIT])
    for decision in decisions:
        decision.release_id = release.id
        application, is_offer = decision.application, decision.choice is Choice.OFFER
        if is_offer:
            make_offer(application, expires_at=expires_at, actor=actor)
        else:
            to = ApplicationState.WAITING if decision.choice is Choice.WAIT else ApplicationState.DECLINED
            move(application, to, moves=MOVES, actor=actor)
        values = letter_values(edition, application, feedback=decision.feedback,
                               expires_at=expires_at if is_offer else None)  # fmt: skip
        send_letter(people[application.id], letter_kind(decision.choice), application, values)


def _queue_up(edition: Edition, waiting: list[Application]) -> None:
    """Give those who wait their positions behind whoever waits already, by the last round's order."""
    if not waiting:
        return
    scores = dict(session().execute(
        select(Standing.application_id, Standing.adjusted)
        .where(Standing.edition_id == edition.id, Standing.application_id.in_([one.id for one in waiting]))
        .order_by(Standing.round_id)
    ).all())  # fmt: skip
    last = session().scalar(
        select(func.max(WaitlistEntry.position)).where(WaitlistEntry.edition_id == edition.id)
    )  # fmt: skip
    in_order = sorted(waiting, key=lambda one: (-(scores.get(one.id) or 0.0), one.reference))
    for position, application in enumerate(in_order, start=(last or 0) + 1):
        session().add(WaitlistEntry(edition_id=edition.id, application_id=application.id, position=position))
