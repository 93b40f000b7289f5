"""A milestone's way: set, handed in with evidence, reviewed, dropped and brought back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import people_with
from accelerator.core import clock, pdf_check, storage
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move, move_problems
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.progress import files, rules
from accelerator.progress.models import MILESTONE_MOVES, Evidence, Milestone, MilestoneComment, MilestoneState
from accelerator.progress.queries.milestones import local_day
from accelerator.startups.models import Startup
from accelerator.startups.queries import founder_ids, people

LARGEST_NUMBER = Decimal(10) ** 15


@dataclass(frozen=True)
class File:
    """A file that may be kept as evidence, as it was examined by :func:`examine_evidence`."""

    name: str
    storage_key: str


def examine_evidence(name: str, content: bytes) -> File:
    """What to keep of a file that was chosen as evidence; outside of any transaction, since it is slow.

    Refused if it is no PDF or picture, too large, or a PDF that can't be read or holds what may act on its own. It is
    stored at once, under the hash of its content: keeping it then costs the transaction next to nothing.
    """
    if not content:
        raise Refused(_("This file is empty. Choose another one."), field="file")
    if len(content) > files.LARGEST:
        raise Refused(_("The file is larger than 20 MB. Choose a smaller one."), field="file")
    kind = files.media_type(content)
    if kind is None:
        raise Refused(_("Choose a PDF, PNG or JPEG file. This file is of another kind."), field="file")
    if kind == files.PDF:
        try:
            content = pdf_check.examined(content).content
        except pdf_check.NotAcceptable as answer:
            raise Refused(pdf_check.why(answer.reason), field="file") from answer
    return File(name[:200], storage.put(content))


def milestone_problems(
    startup_id: int,
    *,
    unit: str | None,
    target: Decimal | None,
    owner_id: int | None,
    due_on: date | None = None,
    begins_on: date | None = None,
) -> Iterator[Refused]:
    """What is wrong with a milestone's plan; one that is new is due after ``begins_on``, the programme's first day."""
    if due_on is not None and begins_on is not None and due_on < begins_on:
        yield Refused(_("Choose a day after the programme began."), field="due_on")
    if target is not None and not unit:
        yield Refused(_("Say what the target counts: customers, interviews, yen."), field="unit")
    if target is not None and abs(target) >= LARGEST_NUMBER:
        yield Refused(_("Enter “%(field)s” as a smaller number.", field=_("Target")), field="target")
    if owner_id is not None and owner_id not in founder_ids(startup_id):
        yield Refused(_("Choose a founder of this startup."), field="owner_id")


def add_milestone(
    startup: Startup,
    edition: Edition,
    *,
    title: dict[str, str],
    detail: str,
    due_on: date,
    unit: str | None,
    target: Decimal | None,
    owner_id: int | None,
    actor: Person,
) -> Milestone:
    """Set a milestone of a startup's own."""
    refuse(
        milestone_problems(
            startup.id, unit=unit, target=target, owner_id=owner_id, due_on=due_on, begins_on=edition.starts_on
        )
    )
    milestone = add(
        Milestone(
            edition_id=edition.id,
            startup_id=startup.id,
            title=title,
            detail=detail,
            due_on=due_on,
            unit=unit or None,
            target=target,
            owner_id=owner_id,
            created_at=clock.now(),
        )
    )
    audit(actor, "progress.added_milestone", milestone, title=[None, title], due_on=[None, due_on])
    return milestone


def change_problems(
    milestone: Milestone, *, unit: str | None, target: Decimal | None, owner_id: int | None
) -> Iterator[Refused]:
    """Why a milestone can't be changed any more, and what is wrong with its plan."""
    if milestone.state in (MilestoneState.ACHIEVED, MilestoneState.DROPPED):
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=milestone.state.label))
    yield from milestone_problems(milestone.startup_id, unit=unit, target=target, owner_id=owner_id)


def change_milestone(
    milestone: Milestone,
    *,
    title: dict[str, str] | None = None,
    due_on: date | None = None,
    detail: str,
    unit: str | None,
    target: Decimal | None,
    owner_id: int | None,
    actor: Person,
) -> None:
    """Change what a milestone says; without ``title`` and ``due_on`` those stay."""
    lock(milestone)
    refuse(change_problems(milestone, unit=unit, target=target, owner_id=owner_id))
    changed = changes_of(
        milestone,
        {
            "detail": detail,
            "unit": unit or None,
            "target": target,
            "title": title or milestone.title,
            "owner_id": owner_id,
            "due_on": due_on or milestone.due_on,
        },
    )
    audit(actor, "progress.changed_milestone", milestone, **changed)


def evidence_problems(
    milestone: Milestone, *, text: str, url: str | None, has_file: bool, result: Decimal | None
) -> Iterator[Refused]:
    """Why none is taken any more, and what is wrong with evidence: each piece needs a sentence, a link needs https."""
    if not rules.takes_evidence(milestone):
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=milestone.state.public_label))
    if not text.strip() and (url or has_file or not milestone.evidence):
        yield Refused(_("Write in a sentence what shows that it has been achieved."), field="text")
    if url and not url.startswith("https://"):
        yield Refused(_("Enter a link that begins with https://."), field="url")
    if result is not None and abs(result) >= LARGEST_NUMBER:
        yield Refused(_("Enter “%(field)s” as a smaller number.", field=_("Result")), field="result")


def hand_in(
    milestone: Milestone,
    *,
    text: str,
    url: str | None,
    file: File | None,
    result: Decimal | None,
    send: bool,
    actor: Person,
) -> None:
    """Add evidence (a sentence, with a link or a file if there is one), note the result, and send it in if asked."""
    lock(milestone)
    refuse(evidence_problems(milestone, text=text, url=url, has_file=file is not None, result=result))
    before, text = milestone.result, text.strip()
    if milestone.unit:
        milestone.result = result
    if text or url or file:
        _add_evidence(milestone, text=text, url=url, file=file, actor=actor)
    audit(actor, "progress.gave_evidence", milestone, result=[before, milestone.result])
    if send:
        _send_in(milestone, actor=actor)


def _add_evidence(milestone: Milestone, *, text: str, url: str | None, file: File | None, actor: Person) -> None:
    milestone.evidence.append(
        Evidence(
            text=text,
            url=url or None,
            storage_key=file.storage_key if file else None,
            file_name=file.name if file else None,
            given_by=actor.id,
            given_at=clock.now(),
        )
    )
    session().flush()


def remove_evidence(evidence: Evidence, *, actor: Person) -> None:
    """Take a piece of evidence back before the milestone is achieved. The file itself stays where it is."""
    milestone = lock(evidence.milestone)
    if not rules.takes_evidence(milestone):
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=milestone.state.public_label))
    if milestone.state is MilestoneState.SENT_IN and len(milestone.evidence) == 1:
        raise Refused(_("This is the only evidence it was sent in with, so it stays. Add other evidence first."))
    audit(actor, "progress.removed_evidence", milestone, text=[evidence.text, None], file=[evidence.file_name, None])
    session().delete(evidence)


def _send_in(milestone: Milestone, *, actor: Person) -> None:
    if milestone.state is MilestoneState.SENT_IN:
        return
    move(milestone, MilestoneState.SENT_IN, moves=MILESTONE_MOVES, actor=actor)
    milestone.sent_in_at = clock.now()
    for person in people_with(milestone.edition_id, Role.ADMIN, Role.STAFF):
        if person.id != actor.id:
            notify(
                person,
                "milestone_sent_in",
                key=f"milestone_sent_in:{milestone.id}:{milestone.sent_in_at.isoformat()}:{person.id}",
                milestone=milestone,
                path=_path(milestone),
            )


def review_problems(milestone: Milestone, *, achieved: bool | None, comment: str) -> Iterator[Refused]:
    """What forbids a verdict on a milestone; None is one that was not chosen."""
    verdicts = {MilestoneState.ACHIEVED: True, MilestoneState.SENT_BACK: False}
    chosen = [state for state, is_achieved in verdicts.items() if achieved is None or achieved is is_achieved]
    yield from move_problems(milestone, *chosen, moves=MILESTONE_MOVES)
    if achieved is False and not comment.strip():
        yield Refused(_("Say what is missing; the startup reads it."), field="comment")


def review(milestone: Milestone, edition: Edition, *, achieved: bool, comment: str, actor: Person) -> None:
    """Accept a milestone, or send it back with a comment; an accepted one can still be sent back.

    It counts as achieved on the day it was sent in: nobody is late because a reviewer took a weekend off.
    """
    lock(milestone)
    comment = comment.strip()
    refuse(review_problems(milestone, achieved=achieved, comment=comment))
    to = MilestoneState.ACHIEVED if achieved else MilestoneState.SENT_BACK
    # The column must be there before the state: a CHECK constraint ties them together.
    day = local_day(milestone.sent_in_at or clock.now(), edition) if achieved else None
    if achieved:
        milestone.achieved_on = day
    move(milestone, to, moves=MILESTONE_MOVES, actor=actor, reason=comment or None)
    milestone.achieved_on = day
    _say(milestone, comment, actor, verdict=to)
    for person in people(milestone.startup_id):
        notify(
            person,
            "milestone_reviewed",
            key=f"milestone_reviewed:{milestone.id}:{clock.now().isoformat()}:{person.id}",
            milestone=milestone,
            achieved=achieved,
            comment=comment,
            path=_path(milestone),
        )


def _path(milestone: Milestone) -> str:
    return f"/editions/{_slug(milestone)}/milestones/{milestone.id}"


def _slug(milestone: Milestone) -> str:
    return session().get_one(Edition, milestone.edition_id).slug


def _say(milestone: Milestone, text: str, actor: Person, verdict: MilestoneState | None = None) -> None:
    milestone.comments.append(MilestoneComment(text=text, verdict=verdict, written_by=actor.id, written_at=clock.now()))
    session().flush()


def comment_problems(text: str) -> Iterator[Refused]:
    """What is wrong with a comment."""
    if not text.strip():
        yield Refused(_("Write something first."), field="text")


def comment(milestone: Milestone, *, text: str, actor: Person) -> None:
    """Say something on a milestone; everybody who sees it reads it."""
    refuse(comment_problems(text))
    _say(milestone, text.strip(), actor)
    audit(actor, "progress.commented", milestone)


def drop(milestone: Milestone, *, actor: Person) -> None:
    """Give a milestone up. It stays to be seen and can be brought back."""
    lock(milestone)
    move(milestone, MilestoneState.DROPPED, moves=MILESTONE_MOVES, actor=actor)


def bring_back(milestone: Milestone, *, actor: Person) -> None:
    """Plan a dropped milestone again."""
    lock(milestone)
    move(milestone, MilestoneState.PLANNED, moves=MILESTONE_MOVES, actor=actor)
