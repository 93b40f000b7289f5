"""The release: prepared by one person, approved by a second, and then everything at once or nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import people_with
from accelerator.accounts.rules import TEAM
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.states import move
from accelerator.intake.models import MOVES, Application, ApplicationState
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.scoring.operations.rounds import close_round
from accelerator.scoring.queries.rounds import open_round
from accelerator.selection import rules
from accelerator.selection.models import RELEASE_MOVES, Basis, Choice, Decision, Release, ReleaseState, WaitlistEntry
from accelerator.selection.operations.freezing import lock_edition, refuse_moved_on
from accelerator.selection.operations.letters import letter_kind, send_letter, values_of
from accelerator.selection.operations.offers import ANSWER_DAYS, answer_by, make_offer
from accelerator.selection.queries import offers, releases, signing
from accelerator.selection.queries.releases import PendingLetter, Screened
from accelerator.selection.queries.signing import Signature

DAYS_TO_ANSWER = range(1, 61)


def digest_of(letters: Sequence[PendingLetter]) -> str:
    """SHA-256 in hex of what the letters rest on, whatever the order of ``letters``."""
    lines = sorted(
        [letter.application.id, letter.choice.value, letter.basis.value, letter.reason, letter.feedback, *letter.shared]
        for letter in letters
    )
    return hashlib.sha256(json.dumps(lines, ensure_ascii=True).encode()).hexdigest()


def prepare_release(edition: Edition, *, actor: Person, answer_days: int = ANSWER_DAYS, sure: bool = False) -> Release:
    """Freeze what is to be approved. Refused while a decision or a translation is missing, or another is under way.

    With a round open or reviews missing the person has to be ``sure``. A conflict of interest stops nobody, for nothing
    is decided here; the trail records with how many letters there is one.
    """
    edition = lock_edition(edition.id)
    if releases.release_under_way(edition) is not None:
        raise Refused(_("A release is already under way. Cancel it before you prepare another."))
    _refuse_gaps(edition, actor)
    letters = releases.pending_letters(edition)
    if not letters:
        raise Refused(_("There is nothing to release."))
    refuse(preparation_problems(edition, answer_days=answer_days, sure=sure, actor=actor))
    counts = Counter(letter.choice for letter in letters)
    release = Release(
        edition_id=edition.id,
        counts={choice.value: counts[choice] for choice in Choice},
        digest=digest_of(letters),
        prepared_by=actor.id,
        prepared_at=clock.now(),
        answer_days=answer_days,
    )
    try:
        with session().begin_nested():
            session().add(release)
    except IntegrityError:
        raise Refused(_("A release is already under way. Cancel it before you prepare another.")) from None
    conflicts = signing.conflicting_letters(edition, actor.id)
    audit(
        actor, "selection.prepared", release, counts=release.counts, digest=[None, release.digest], conflicts=conflicts
    )
    _ask_for_approval(edition, release, actor)
    return release


def _refuse_gaps(edition: Edition, actor: Person) -> None:
    missing = releases.gap_count_for(edition, actor)
    if missing.number:
        raise Refused(
            ngettext(
                "%(num)s application has no decision yet.", "%(num)s applications have no decision yet.", missing.number
            )
        )
    if missing.others:
        raise Refused(
            _(
                "Some applications that you have a conflict with have no decision yet. "
                "Somebody without that conflict has to decide on them."
            )
        )
    if releases.missing_texts(edition):
        raise Refused(_("A text of the edition lacks one of the two languages. Add it in the settings."))


def preparation_problems(edition: Edition, *, answer_days: int | None, sure: bool, actor: Person) -> Iterator[Refused]:
    """What is wrong with what was typed to prepare a release; no number of days is for the form to miss."""
    if answer_days is not None and answer_days not in DAYS_TO_ANSWER:
        yield Refused(_("Enter 1 to 60 days."), field="answer_days")
    yield from _doubts(edition, sure, actor)


def _doubts(edition: Edition, sure: bool, actor: Person) -> Iterator[Refused]:
    if not sure and releases.concerns(edition, actor).any:
        yield Refused(
            _("A round is open or reviews are missing. Type “yes” to release anyway."),
            field="sure",
        )


def _ask_for_approval(edition: Edition, release: Release, actor: Person) -> None:
    if not edition.two_person_release:
        return
    for person in people_with(edition.id, *TEAM, Role.PARTNER):
        if person.id != actor.id:
            notify(
                person,
                "release_to_approve",
                key=f"release_to_approve:{release.id}:{person.id}",
                edition=edition,
                preparer=actor.name_in(person.language),
                path=f"/editions/{edition.slug}/selection/release",
            )


def approval_problems(
    edition: Edition, release: Release, *, typed_count: int | None, sure: bool, actor: Person
) -> Iterator[Refused]:
    """What is wrong with a signature: the number of letters, a conflict of both signers, a missing “yes”."""
    if typed_count is not None and typed_count != release.letters:
        yield Refused(_("That is not the number of letters. Count again before you sign."), field="count")
    yield from _conflicts(edition, release, actor)
    yield from _doubts(edition, sure, actor)


def approve_release(
    release: Release, *, typed_count: int, actor: Person, sure: bool = False, version: str | None = None
) -> None:
    """Sign: by somebody else than the preparer where the edition asks for two people; the count has to match.

    Of two people one has to be without a conflict of interest with any letter, as long as somebody is.
    """
    edition = lock_edition(release.edition_id)
    release = lock(release)
    if not rules.can_approve(actor, release, edition):
        raise Refused(_("You prepared this release. A second person has to approve it."))
    refuse_moved_on(release, version)
    refuse(approval_problems(edition, release, typed_count=typed_count, sure=sure, actor=actor))
    _refuse_changed(edition, release)
    release.approved_by = actor.id if actor.id != release.prepared_by else None
    release.approved_at = clock.now()
    move(release, ReleaseState.APPROVED, moves=RELEASE_MOVES, actor=actor)
    conflicts = signing.conflicting_letters(edition, actor.id)
    audit(actor, "selection.approved", release, counts=release.counts, conflicts=conflicts)


def _conflicts(edition: Edition, release: Release, actor: Person) -> Iterator[Refused]:
    if signing.signature(edition, release, actor) is Signature.NOT_FREE:
        yield Refused(
            _(
                "You and the preparer both have a conflict of interest with a letter. Somebody without one has to approve."
            ),
            field="count",
        )


def _refuse_changed(edition: Edition, release: Release) -> list[PendingLetter]:
    letters = releases.pending_letters(edition)
    if digest_of(letters) != release.digest or releases.gap_count(edition):
        raise Refused(_("Decisions have changed since this release was prepared. Cancel it and prepare it again."))
    return letters


def release_decisions(release: Release, *, actor: Person, version: str | None = None) -> int:
    """Make every decision visible in this transaction: states, offers, waitlist and all letters, or nothing at all.

    Returns the number of applications; 0 when the release went out already, so that a second click does nothing.
    """
    edition = lock_edition(release.edition_id)
    release = lock(release)
    if release.state is ReleaseState.RELEASED:
        return 0
    refuse_moved_on(release, version)
    if edition.two_person_release and release.approved_by in (None, release.prepared_by):
        raise Refused(_("A second person has to approve this release first."))
    releases.lock_candidates(edition)
    letters = _refuse_changed(edition, release)
    release.released_by, release.released_at = actor.id, clock.now()
    move(release, ReleaseState.RELEASED, moves=RELEASE_MOVES, actor=actor)
    _let_out(edition, release, letters, actor)
    round_ = open_round(edition)
    if round_ is not None:
        close_round(round_, actor=actor)  # nobody goes on scoring what has been decided and told
    audit(actor, "selection.released", release, letters=len(letters), digest=release.digest)
    return len(letters)


def _let_out(edition: Edition, release: Release, letters: list[PendingLetter], actor: Person) -> None:
    people = releases.recipients([letter.application for letter in letters])
    expires_at = answer_by(edition, release.answer_days)
    _queue_up(edition, [letter.application for letter in letters if letter.choice is Choice.WAIT])
    screened = releases.screened_by(edition)
    for letter in letters:
        application = letter.application
        decision = letter.decision
        if decision is None or letter.basis is Basis.SCREENING:
            decision = _follow_screening(letter, release, screened.get(application.id), actor)
        decision.release_id, decision.shared = release.id, list(letter.shared)
        if letter.choice is Choice.OFFER:
            make_offer(application, expires_at=expires_at, actor=actor)
        else:
            to = ApplicationState.WAITING if letter.choice is Choice.WAIT else ApplicationState.DECLINED
            move(application, to, moves=MOVES, actor=actor)
        send_letter(
            people[application.id], letter_kind(letter.choice), application, values_of(edition, letter, expires_at)
        )


def _follow_screening(letter: PendingLetter, release: Release, screened: Screened | None, actor: Person) -> Decision:
    """The decision of a letter that follows from screening, by whoever's word made the application not eligible."""
    application = letter.application
    decision = letter.decision or Decision(edition_id=application.edition_id, application_id=application.id)
    before = letter.decision.choice.value if letter.decision is not None else None
    session().add(decision)
    decision.choice, decision.basis = letter.choice, letter.basis
    decision.reason, decision.feedback = letter.reason, letter.feedback
    decision.decided_by = screened.by if screened else release.prepared_by
    decision.decided_at = screened.at if screened else release.prepared_at
    audit(actor, "selection.followed_screening", application, choice=[before, letter.choice])
    return decision


def _queue_up(edition: Edition, waiting: list[Application]) -> None:
    """Give those who wait their positions behind whoever waits already: by their last score, without one at the end."""
    if not waiting:
        return
    scores = offers.last_scores(edition, [application.id for application in waiting])
    last = session().scalar(select(func.max(WaitlistEntry.position)).where(WaitlistEntry.edition_id == edition.id))

    def place(application: Application) -> tuple[bool, float, str]:
        score = scores.get(application.id)
        return score is None, -(score or 0.0), application.reference

    for position, application in enumerate(sorted(waiting, key=place), start=(last or 0) + 1):
        session().add(WaitlistEntry(edition_id=edition.id, application_id=application.id, position=position))
