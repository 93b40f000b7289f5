"""Versions of the form: the draft of the next one, publishing it, and giving it up."""

from collections.abc import Iterator

from sqlalchemy import delete, select, update

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import enqueue
from accelerator.core.versions import stale_problems
from accelerator.intake.models import (
    ASK_FOR_NEW,
    EDITABLE,
    Application,
    ApplicationState,
    Form,
    Question,
    QuestionKind,
    RemovedQuestion,
    Section,
    Track,
)
from accelerator.intake.operations.freezing import digest_of, freeze
from accelerator.intake.operations.questions import CLOSED
from accelerator.intake.queries import forms, versions
from accelerator.intake.queries.form import FormInWork, form_in_work, removed_questions
from accelerator.programmes.models import Edition

COLUMNS = (
    "key",
    "kind",
    "role",
    "label",
    "help",
    "required",
    "limits",
    "choices",
    "shown_if",
    "audience",
    "carried",
    "position",
)
"""What a question says and asks for: all but its place in the database."""
PAGE = ("key", "title", "help", "position")


def editable_form(edition: Edition, *, actor: Person) -> FormInWork:
    """The version that changes go to, locked against whoever would begin an application now.

    Once the call is open, or somebody has begun, that is the draft of the next version: the first change makes it.
    """
    lock(edition)
    whole = form_in_work(edition)
    if whole is None:
        raise Refused(_("The form of this call is not ready yet."))
    if whole.is_closed:
        raise Refused(str(CLOSED))
    return _next_version(edition, whole, actor) if whole.is_settled else whole


def _next_version(edition: Edition, whole: FormInWork, actor: Person) -> FormInWork:
    """A draft that asks the same as the version before, which is frozen now if it was not."""
    freeze(whole.form)
    form = add(Form(edition_id=edition.id, version=whole.form.version + 1))
    for section in whole.form.sections:
        page = add(Section(form_id=form.id, **{name: getattr(section, name) for name in PAGE}))
        session().add_all(
            Question(form_id=form.id, section_id=page.id, **{name: getattr(question, name) for name in COLUMNS})
            for question in section.questions
        )
    session().add_all(
        RemovedQuestion(
            form_id=form.id, key=gone.key, values=gone.values, section=gone.section, removed_at=gone.removed_at
        )
        for gone in reversed(removed_questions(whole))
    )
    session().flush()
    audit(actor, "form.version_started", form, version=[whole.form.version, form.version])
    draft = form_in_work(edition)
    if draft is None:
        raise RuntimeError("the draft was made just now")
    return draft


def publish_problems(edition: Edition, whole: FormInWork | None, shown: str | None) -> Iterator[Refused]:
    """Why the draft can't be published; ``shown`` is the digest of the draft that the page showed."""
    if whole is None or not whole.is_draft:
        yield Refused(_("There is no draft to publish: the form is as applicants see it."))
        return
    if whole.is_closed:
        yield Refused(str(CLOSED))
    plain = forms.plain_form(whole.form)
    yield from stale_problems(
        shown,
        digest_of(plain),
        _("Somebody changed the draft in the meantime. Look through the changes and publish again."),
    )
    yield from (Refused(point.sentence) for point in forms.missing_in(edition, plain) if point.blocks)


def publish(edition: Edition, *, shown: str | None, asks: bool, actor: Person) -> Form:
    """Make the draft the version that applicants are asked.

    Drafts of applications move to it with every answer that they hold. What was sent stays with the version that it was
    written for, unless ``asks``: then whoever sent it is asked by mail for what is new, and answers the new version.
    """
    lock(edition)
    whole, live = form_in_work(edition), forms.current_form(edition)
    refuse(publish_problems(edition, whole, shown))
    if whole is None or live is None:
        raise Refused(_("The form of this call is not ready yet."))
    form = whole.form
    freeze(live)
    _offer_tracks(edition, whole)
    freeze(form)
    form.published_at = clock.now()
    asks = asks and edition.call_is_open and bool(versions.new_questions(live, form))
    moved = _move(edition, live, form, asks=asks)
    audit(
        actor,
        "form.published",
        form,
        version=[live.version, form.version],
        digest=form.digest,
        drafts=[None, moved[0]],
        asked=[None, moved[1]],
    )
    if moved[1]:
        enqueue(ASK_FOR_NEW, actor=actor, form_id=form.id, before_id=live.id)
    return form


def _offer_tracks(edition: Edition, whole: FormInWork) -> None:
    """Let the call offer the tracks that the draft names; rows of tracks that stay are kept."""
    question = next((question for question in whole.questions if question.kind is QuestionKind.TRACK), None)
    planned = {choice["value"]: choice["label"] for choice in question.choices} if question else {}
    if not planned:
        return
    present = {track.key: track for track in forms.tracks(edition)}
    for key, track in present.items():
        if key not in planned:
            session().delete(track)
    for key, label in planned.items():
        if key not in present:
            session().add(Track(edition_id=edition.id, key=key, name=label))
        elif present[key].name != label:
            present[key].name = label
    session().flush()


def _move(edition: Edition, live: Form, form: Form, *, asks: bool) -> tuple[int, int]:
    """Give applications their version; how many drafts moved, and how many that were sent."""
    here = Application.edition_id == edition.id
    mine = update(Application).execution_options(synchronize_session="fetch")
    # Whose version was never written down answered the one that was in use until now.
    session().execute(mine.where(here, Application.form_id.is_(None)).values(form_id=live.id))
    counts = []
    for states in ((ApplicationState.DRAFT,), EDITABLE[1:] if asks else ()):
        concerned = list(session().scalars(select(Application.id).where(here, Application.state.in_(states))))
        session().execute(mine.where(here, Application.state.in_(states)).values(form_id=form.id))
        counts.append(len(concerned))
    return counts[0], counts[1]


def discard(edition: Edition, *, shown: str | None, actor: Person) -> None:
    """Give the draft up: the form stays as applicants see it. Refused where the page showed another draft."""
    lock(edition)
    whole = form_in_work(edition)
    if whole is None or not whole.is_draft:
        raise Refused(_("There is no draft any more: the form is as applicants see it."))
    refuse(
        stale_problems(
            shown,
            digest_of(forms.plain_form(whole.form)),
            _("Somebody changed the draft in the meantime. Look through the changes before you discard it."),
        )
    )
    form = whole.form
    audit(actor, "form.draft_discarded", form, version=[form.version, None])
    session().execute(delete(RemovedQuestion).where(RemovedQuestion.form_id == form.id))
    session().execute(delete(Question).where(Question.form_id == form.id))
    session().execute(delete(Section).where(Section.form_id == form.id))
    session().execute(delete(Form).where(Form.id == form.id))
    session().expire_all()
