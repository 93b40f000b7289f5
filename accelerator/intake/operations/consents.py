"""Recording consents with what is sent, withdrawing them, and giving them again."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import people_with
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session, take_turns
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.versions import canonical
from accelerator.intake.answers.questions import PlainForm, PlainQuestion
from accelerator.intake.consent_models import Consent, ConsentText, Ending, Purpose
from accelerator.intake.models import COUNTED, EDITABLE, MOVES, Application, ApplicationState, QuestionKind
from accelerator.intake.operations.drafts import store
from accelerator.intake.queries.consents import is_in_force, latest_text
from accelerator.intake.queries.forms import host_of_value
from accelerator.intake.queries.visibility import is_barred
from accelerator.intake.roles import QuestionRole
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition, Host
from accelerator.startups.queries import people

PURPOSES: Mapping[QuestionRole | None, Purpose] = {
    QuestionRole.CONSENT_PROCESSING: Purpose.PROCESSING,
    QuestionRole.CONSENT_STATISTICS: Purpose.STATISTICS,
    QuestionRole.CONSENT_HOSTS: Purpose.HOST,
}
"""The purposes of questions by their roles; other questions of consent ask in words of their own."""


def record_consents(
    application: Application,
    form: PlainForm,
    answers: dict[str, Any],
    *,
    number: int,
    keys: Collection[str] | None,
    at: datetime,
    actor: Person,
) -> None:
    """Record what the boxes of a revision say: what is newly ticked is given, what is not ticked any more is withdrawn.

    ``keys`` are the questions that could be answered, None for all: what was only sent along again gives nothing anew. A
    box with other words than before is a new consent, and ends the one before. A box that the form asks no longer leaves
    what was given as it is. Sending has its own entry in the trail, hence none here.
    """
    in_force = {consent.key: consent for consent in _open(application)}
    for question in form.questions:
        if question.kind is not QuestionKind.CONSENT or (keys is not None and question.key not in keys):
            continue
        ticked = answers.get(question.key) or []
        for value in question.values:
            known = in_force.get(box_key(question, value))
            if value not in ticked:
                if known:
                    _end(known, Ending.UNTICKED, at=at, actor=actor)
                continue
            text = text_of_box(application.edition_id, question, value, at)
            if known and known.text_id == text.id and is_in_force(known):
                continue
            if known:
                _end(known, Ending.REPLACED, at=at, actor=actor)
            _give(application, text, number=number, days=question.limits.get("days"), at=at, actor=actor)


def end_consents(application: Application, *, at: datetime, actor: Person) -> None:
    """End all that are in force, together with the application; that has its own entry in the trail."""
    for consent in _open(application):
        _end(consent, Ending.APPLICATION, at=at, actor=actor)


def resume_consents(application: Application, *, at: datetime, actor: Person) -> None:
    """Give anew what ended when the application was withdrawn: a founder who reinstates it agrees to that again."""
    for consent in ended_with_application(application):
        number, days = consent.revision_number, _days(consent)
        _give(application, consent.text, number=number, days=days, at=at, actor=actor)


def ended_with_application(application: Application) -> list[Consent]:
    """What ended when the application was withdrawn last, and is not in force again."""
    rows = select(Consent).where(Consent.application_id == application.id, Consent.ending == Ending.APPLICATION)
    ended = list(session().scalars(rows.order_by(Consent.id)))
    last, there = max((row.ended_at for row in ended if row.ended_at), default=None), _open(application)
    return [row for row in ended if row.ended_at == last and row.key not in {other.key for other in there}]


def consent_withdrawal_problems(consent: Consent) -> Iterator[Refused]:
    """What forbids to withdraw a consent by itself."""
    if not is_in_force(consent):
        yield Refused(_("This consent isn't in force any more."))
    elif ends_with_application(consent):
        yield Refused(_("Without this consent the call can't be run for you: withdraw the application instead."))


def stops_by_itself(text: ConsentText) -> bool:
    """Whether withdrawing it does here all that there is to do. Of everything else the team hears, which has to act."""
    reads_here = text.host is not None and text.host.reads_applications
    return text.purpose is Purpose.STATISTICS or (text.purpose is Purpose.HOST and reads_here)


def ends_with_application(consent: Consent) -> bool:
    """Whether a consent goes by withdrawing the application, as long as that can be withdrawn."""
    can_be = ApplicationState.WITHDRAWN in MOVES.get(consent.application.state, frozenset())
    return consent.text.purpose is Purpose.PROCESSING and can_be


def withdraw_consent(consent: Consent, *, edition: Edition, actor: Person) -> None:
    """End a consent from now on. The box in the draft is cleared, so that sending it again does not give it unseen.

    Founders with access get a mail; the team does where only people can stop what was agreed to.
    """
    application = lock(consent.application)
    session().refresh(consent)
    refuse(consent_withdrawal_problems(consent))
    _end(consent, Ending.WITHDRAWN, at=clock.now(), actor=actor)
    _mark_draft(application, consent.text, ticked=False)
    _tell(consent, edition, actor, given=False)
    audit(actor, "consent.withdrawn", consent, box=consent.text.wording)


def consent_giving_problems(consent: Consent) -> Iterator[Refused]:
    """What forbids to give a consent again that has ended."""
    application, key = consent.application, consent.key
    if any(other.key == key and is_in_force(other) for other in _open(application)):
        yield Refused(_("This consent is in force already."))
    elif application.state not in COUNTED:
        yield Refused(_("This consent can't be given again: the application isn't in the call any more."))
    elif consent.text.purpose is Purpose.HOST and consent.text.host_id is None:
        yield Refused(_("This organisation doesn't take part any more."))


def give_again(consent: Consent, *, shown: int, edition: Edition, actor: Person) -> Consent:
    """Agree once more to what was withdrawn; ``shown`` is the version of the words that were read."""
    application = lock(consent.application)
    refuse(consent_giving_problems(consent))
    text = latest_text(edition.id, consent.key) or consent.text
    if text.version != shown:
        raise Refused(_("The text has changed since. Read it again before you agree."))
    for expired in [other for other in _open(application) if other.key == consent.key]:
        _end(expired, Ending.REPLACED, at=clock.now(), actor=actor)
    again = _give(
        application, text, number=application.revision_number, days=_days(consent), at=clock.now(), actor=actor
    )
    _mark_draft(application, text, ticked=True)
    _tell(again, edition, actor, given=True)
    audit(actor, "consent.given", again, box=text.wording)
    return again


def box_key(question: PlainQuestion, value: str) -> str:
    """What a box of the form is called in every version of its words."""
    return f"{question.key}:{value}"


def text_digest(question: Any, hint: Any, wording: Any) -> str:
    """SHA-256 in hex of the words in all languages."""
    return hashlib.sha256(canonical([question, hint, wording])).hexdigest()


def _days(consent: Consent) -> int | None:
    return (consent.expires_at - consent.given_at).days if consent.expires_at else None


def _open(application: Application) -> list[Consent]:
    rows = select(Consent).where(Consent.application_id == application.id, Consent.ended_at.is_(None))
    return list(session().scalars(rows))


def _end(consent: Consent, ending: Ending, *, at: datetime, actor: Person) -> None:
    consent.ended_at, consent.ended_by, consent.ending = at, actor.id, ending
    session().flush()  # before another one of the same box comes into force


def _give(
    application: Application, text: ConsentText, *, number: int, days: int | None, at: datetime, actor: Person
) -> Consent:
    return add(
        Consent(
            edition_id=application.edition_id,
            application_id=application.id,
            text_id=text.id,
            key=text.key,
            revision_number=number,
            given_by=actor.id,
            given_at=at,
            expires_at=at + timedelta(days=days) if days else None,
        )
    )


def text_of_box(edition_id: int, question: PlainQuestion, value: str, at: datetime) -> ConsentText:
    """The version of the words that the box has now; written down when it is met for the first time."""
    key = box_key(question, value)
    wording = next(choice["label"] for choice in question.choices if str(choice["value"]) == value)
    digest = text_digest(question.label, question.help, wording)
    known = latest_text(edition_id, key)
    if known is None or known.digest != digest:
        take_turns(f"consent text {edition_id} {key}")  # two send the first one at once
        known = latest_text(edition_id, key)
    if known is not None and known.digest == digest:
        return known
    host_id = host_of_value(value) if question.role is QuestionRole.CONSENT_HOSTS else None
    return add(
        ConsentText(
            edition_id=edition_id,
            key=key,
            version=known.version + 1 if known else 1,
            purpose=PURPOSES.get(question.role, Purpose.OTHER),
            host_id=host_id if host_id and session().get(Host, host_id) else None,
            question=dict(question.label),
            help=dict(question.help) if question.help else None,
            wording=dict(wording),
            digest=digest,
            since=at,
        )
    )


def _mark_draft(application: Application, text: ConsentText, *, ticked: bool) -> None:
    if application.state not in EDITABLE:
        return  # nothing is sent from it any more
    question, value = text.key.split(":", 1)
    there = [ticked_value for ticked_value in application.answers.get(question) or [] if ticked_value != value]
    boxes = [*there, value] if ticked else there
    answers = {key: answer for key, answer in application.answers.items() if key != question}
    store(application, answers | ({question: boxes} if boxes else {}))


def _tell(consent: Consent, edition: Edition, actor: Person, *, given: bool) -> None:
    values: dict[str, Any] = {
        "about": consent.application,
        "application": consent.application,
        "edition": edition,
        "text": consent.text,
        "given": given,
        "actor": actor,
    }
    act = "given" if given else "withdrawn"
    for person in people(consent.application.startup_id):
        notify(person, "consent_changed", key=f"consent_{act}:{consent.id}:{person.id}", **values)
    if given or stops_by_itself(consent.text):
        return
    for person in people_with(edition.id, Role.ADMIN, Role.STAFF):
        if not is_barred(person, consent.application):
            notify(person, "consent_withdrawn_team", key=f"consent_team:{consent.id}:{person.id}", **values)
