"""Reviewers' feedback on its way into the letter: staff read it, may edit a copy, and tick what is shared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import language
from accelerator.core.versions import stale_problems
from accelerator.intake.models import Application, ApplicationState
from accelerator.selection.models import FeedbackCopy
from accelerator.selection.operations.decisions import conflict_problems
from accelerator.selection.operations.freezing import lock_edition, unfreeze
from accelerator.selection.queries import feedback
from accelerator.selection.queries.feedback import FeedbackLine


class Wording(NamedTuple):
    """How staff want one reviewer's feedback to read, and whether the letter says it."""

    text: str
    shared: bool


def share_feedback(
    application: Application,
    wordings: Mapping[int, Wording],
    *,
    actor: Person,
    undo: str | None = None,
    version: str | None = None,
) -> int:
    """Keep the edited copies, by review id, and which of them go into the letter; how many do.

    The reviewers' own texts stay. A release under way freezes what is shared: see :func:`unfreeze`. ``version`` is that
    of the copies that the person's page showed.
    """
    edition = lock_edition(application.edition_id)
    application = lock(application)
    lines = feedback.feedback_lines(application)
    refuse(feedback_problems(application, lines, wordings, actor=actor, version=version))
    given = {line.review_id: wordings.get(line.review_id, Wording(line.text, line.shared)) for line in lines}
    before, after = _shared(lines), {key: wording.text for key, wording in given.items() if wording.shared}
    if before != after:
        unfreeze(edition, undo=undo, actor=actor)
    changed = [line for line in lines if _differs(line, given[line.review_id])]
    for line in changed:
        _keep(application, line, given[line.review_id], actor)
    if changed:
        audit(actor, "selection.feedback_shared", application, shared=[len(before), len(after)])
    return len(after)


def _shared(lines: Sequence[FeedbackLine]) -> dict[int, str]:
    return {line.review_id: line.text for line in lines if line.shared}


def _differs(line: FeedbackLine, wording: Wording) -> bool:
    return line.copy is None or line.changed or (line.text, line.shared) != wording


def feedback_problems(
    application: Application,
    lines: Sequence[FeedbackLine],
    wordings: Mapping[int, Wording],
    *,
    actor: Person,
    version: str | None,
) -> Iterator[Refused]:
    """Why these copies can't be kept, beside ``text-`` and the review's id; ``version`` as in :func:`share_feedback`."""
    barring = list(conflict_problems(application, actor=actor))
    if barring:
        yield from barring
        return
    if application.state is not ApplicationState.ELIGIBLE:
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=application.state.label))
    sentence = _("The feedback was changed in the meantime. What you typed is still here: save again to replace it.")
    yield from stale_problems(version, feedback.feedback_version(lines), sentence)
    reviewers = [line.reviewer for line in lines]
    for line in lines:
        wording = wordings.get(line.review_id, Wording(line.text, line.shared))
        if wording.shared:
            yield from _unfit(wording, reviewers, field=f"text-{line.review_id}")


def _unfit(wording: Wording, reviewers: Sequence[Person], field: str) -> Iterator[Refused]:
    if not wording.text:
        yield Refused(
            _("A ticked piece of feedback has no text. Write what the applicant may read, or clear the tick."),
            field=field,
        )
    words = " ".join(wording.text.casefold().split())
    for reviewer in reviewers:
        if any(name.casefold() in words for name in _names(reviewer)):
            yield Refused(
                _(
                    "A ticked piece of feedback names %(name)s, and applicants must not learn who "
                    "reviewed them. Remove the name.",
                    name=reviewer.name_in(language()),
                ),
                field=field,
            )


def _names(person: Person) -> set[str]:
    """How a person may be named in full, in either order and in their own script."""
    given, family = person.given_name, person.family_name
    full = {person.name, f"{given} {family}", f"{family} {given}", person.native_name or ""}
    return {name for name in (*full, *(name.replace(" ", "") for name in full)) if len(name) > 1}


def _keep(application: Application, line: FeedbackLine, wording: Wording, actor: Person) -> None:
    copy = line.copy
    if copy is None:
        copy = FeedbackCopy(edition_id=application.edition_id, application_id=application.id, review_id=line.review_id)
        session().add(copy)
    copy.original, copy.text, copy.shared = line.original, wording.text, wording.shared
    copy.saved_by, copy.saved_at = actor.id, clock.now()
