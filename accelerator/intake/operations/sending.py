"""Sending an application, and again after each change."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import states
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.outbox import enqueue
from accelerator.core.times import latest_day
from accelerator.core.versions import canonical
from accelerator.intake.answers import meter
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.models import AFTER_SENDING, MOVES, Application, ApplicationState, Revision
from accelerator.intake.operations.consents import record_consents
from accelerator.intake.operations.copies import PATIENCE, order_copies, receipt_key
from accelerator.intake.operations.drafts import require_editable
from accelerator.intake.operations.enquiries import answer_enquiry
from accelerator.intake.queries import drafts, openings
from accelerator.intake.roles import QuestionRole
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition, Sector
from accelerator.startups.operations import founders, record
from accelerator.startups.queries import people

R = QuestionRole
Given = Mapping[QuestionRole, Any]
"""What was answered, by role; None where nothing was, or nothing has the role."""


def send(application: Application, form: PlainForm, *, edition: Edition, at: datetime, actor: Person) -> Revision:
    """Freeze the answers as a revision, with a receipt by mail to every founder with access; answers that were sent
    already give that revision. People whom it names as founders are invited to confirm it, once.

    ``at`` is the instant at which the request arrived: that, and not the time that we take, decides whether it came
    before the close. Consents are recorded with it. Refused after it, and while answers are missing or wrong. After the close the answer to what the
    team asks is sent alone: all else stays as it was sent.
    """
    lock(application)
    asked = require_editable(application, edition, at)
    if application.form_id not in (None, form.id):
        raise Refused(_("The form has changed in the meantime. Look through your answers and send them again."))
    last = drafts.revision(application, application.revision_number)
    given = asked.answers(last.answers, application.answers) if asked and last else application.answers
    open_points = sum(
        question.key in asked.keys if asked else True
        for status in meter.overview(form, given, latest_day(edition.zone, actor.zone))
        for question, _sentence in status.problems
    )
    if open_points:
        raise Refused(
            ngettext(
                "%(num)s answer is missing or needs correcting first.",
                "%(num)s answers are missing or need correcting first.",
                open_points,
            )
        )
    answers = meter.kept(form, given)
    fingerprint = digest_of(answers)
    keys = asked.keys if asked else None
    if last is not None and last.digest == fingerprint and last.form_id == form.id:
        record_consents(application, form, answers, number=last.number, keys=keys, at=at, actor=actor)
        return last
    late = asked is None and edition.takes(at) and edition.came_late(at)
    revision = _revise(application, form, answers, fingerprint, at, edition, actor, late)
    record_consents(application, form, answers, number=revision.number, keys=keys, at=at, actor=actor)
    return revision


def digest_of(answers: dict[str, Any]) -> str:
    """SHA-256 in hex of the answers as canonical JSON: what the receipt names."""
    return hashlib.sha256(canonical(answers)).hexdigest()


def _revise(
    application: Application,
    form: PlainForm,
    answers: dict[str, Any],
    digest: str,
    at: datetime,
    edition: Edition,
    actor: Person,
    late: bool,
) -> Revision:
    number = application.revision_number + 1
    revision = add(
        Revision(
            application_id=application.id,
            number=number,
            form_id=form.id,
            answers=answers,
            digest=digest,
            sent_by=actor.id,
            sent_at=at,
            is_late=late,
        )
    )
    application.revision_number = number
    given = {role: form.answer(role, answers) for role in QuestionRole}
    _record(application, given, edition)
    if application.state is ApplicationState.DRAFT:
        application.submitted_at, application.is_late = at, late
        states.move(application, ApplicationState.SENT, moves=MOVES, actor=actor, digest=digest)
    else:
        audit(actor, "application.sent_again", application, revision=[number - 1, number], digest=digest)
    record.record_profile(application.startup, _profile(given), actor=actor)
    if isinstance(given[R.FOUNDERS], list):
        record.record_founders(application.startup, given[R.FOUNDERS], actor=actor)
        founders.invite_named(application.startup, actor=actor)
    answer_enquiry(application, actor=actor)
    enqueue(AFTER_SENDING, actor=actor, application_id=application.id)
    _give_receipts(application, revision, edition, actor)
    return revision


def _give_receipts(application: Application, revision: Revision, edition: Edition, actor: Person) -> None:
    readers, closes_at = people(application.startup_id), openings.closes_for(application, edition, revision.sent_at)
    order_copies(revision, readers, actor=actor)
    for person in readers:
        notify(
            person,
            "application_sent",
            key=receipt_key(revision, person),
            after=PATIENCE,
            about=application,
            application=application,
            revision=revision,
            edition=edition,
            closes_at=closes_at,
        )


def _record(application: Application, given: Given, edition: Edition) -> None:
    """Repeat in columns what lists and sums need."""
    application.name = _line(given, R.NAME, 120) or application.name
    application.one_line = _line(given, R.ONE_LINE, 140)
    application.country = _line(given, R.COUNTRY, 2) or None
    application.prefecture = _line(given, R.PREFECTURE, 6) or None
    application.city = _line(given, R.CITY, 80)
    application.stage = _line(given, R.STAGE, 20) or None
    application.channel = _line(given, R.CHANNEL, 40) or None
    application.sector_id = session().scalar(
        select(Sector.id).where(Sector.edition_id == edition.id, Sector.key == _line(given, R.SECTOR, 40))
    )


def _line(given: Given, role: QuestionRole, longest: int) -> str:
    value = given[role]
    return value[:longest] if isinstance(value, str) else ""


def _profile(given: Given) -> dict[str, Any]:
    """What the startup record takes over, in its columns, which have the names of the roles."""
    optional = (R.NATIVE_NAME, R.ONE_LINE_JA, R.COUNTRY, R.PREFECTURE, R.WEBSITE)
    profile: dict[str, Any] = {role.value: _line(given, role, 300) or None for role in optional}
    profile |= {role.value: _line(given, role, 300) for role in (R.ONE_LINE, R.CITY)}
    if name := _line(given, R.NAME, 120):
        profile["name"] = name
    founded = given[R.FOUNDED]
    return {**profile, "founded": founded if isinstance(founded, int) else None}
