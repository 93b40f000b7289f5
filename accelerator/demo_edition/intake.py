"""The applications of one moment: startups, founders, revisions, decks, drafts, and what screening said. Synthetic."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, update

from accelerator.accounts.models import Membership, Role
from accelerator.accounts.queries import person_by_email
from accelerator.core import storage
from accelerator.core.db import add, session
from accelerator.demo_edition.chosen import CHOSEN, SECOND
from accelerator.demo_edition.crowd import Applicant
from accelerator.demo_edition.facts import SEED
from accelerator.demo_edition.moments import Moment
from accelerator.demo_edition.writing import answers_of, deck
from accelerator.intake.consent_models import Consent
from accelerator.intake.models import Application, ApplicationState, Attachment, Form, QuestionKind, Revision
from accelerator.intake.operations.consents import text_of_box
from accelerator.intake.operations.indexing import index_applications
from accelerator.intake.operations.matching import index_numbers
from accelerator.intake.queries.forms import host_consents, plain_form
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder, Startup
from accelerator.startups.operations.keys import index_startups
from accelerator.startups.queries import startup_by_slug

DRAFTS = 31  # of those who have not sent by the first moment, so many have begun
TWICE = 40  # the one of them that had begun with another record before


@dataclass(frozen=True)
class Firm:
    """A firm of the demonstration, with one record for all moments: who applies for it, and what it answers."""

    applicant: Applicant
    person_id: int
    startup_id: int
    answers: dict[str, Any]


@dataclass(frozen=True)
class AppliedFirm:
    """A firm and its application, with what later steps need of both."""

    applicant: Applicant
    person_id: int
    startup_id: int
    application_id: int


def make_applications(
    edition: Edition, moment: Moment, form: Form, sectors: dict[str, int], firms: list[Firm]
) -> list[AppliedFirm]:
    """Every application that exists at the moment, in the order of sending; drafts last."""
    sent = [firm for firm in firms if firm.applicant.sent_at <= moment.at]
    begun = [firm for firm in firms if firm.applicant.sent_at > moment.at][:DRAFTS] if moment.stage == 1 else []
    rows = sent + begun
    agreed = [str(choice["value"]) for choice in host_consents(edition)]
    written = [firm.answers | {"consent_hosts": agreed} for firm in rows]
    ids = _applications(edition, form, rows, sectors, written, sent=len(sent))
    applied = [
        AppliedFirm(firm.applicant, firm.person_id, firm.startup_id, number)
        for firm, number in zip(rows, ids, strict=True)
    ]
    _decks(applied[: len(sent)], written[: len(sent)])
    _revisions(applied[: len(sent)], written, form)
    _consents(edition, applied[: len(sent)], written, form)
    index_applications(ids)
    index_numbers([firm.startup_id for firm in rows])
    _admit_founders(edition, applied)
    return applied


def make_firms(applicants: list[Applicant], people: list[int]) -> list[Firm]:
    """Every firm with its founders, in the order of sending: one record each, whatever the moment."""
    dice = Random(SEED + 1)
    written = [answers_of(applicant, dice) for applicant in applicants]
    startups = _startups(applicants, written)
    firms = [Firm(*row) for row in zip(applicants, people, startups, written, strict=True)]
    _founders(firms)
    index_startups(startups)
    return firms


def make_twice(edition: Edition, firms: list[Firm]) -> None:
    """A firm that had withdrawn a draft and began again: its first record stands beside the one that was sent."""
    firm = firms[TWICE]
    slug = f"{firm.applicant.name.lower().replace(' ', '-')}-first"
    before = startup_by_slug(slug)
    if before is None:
        name, begun = f"{firm.applicant.name} Inc.", firm.applicant.sent_at - timedelta(days=12)
        values = {"country": firm.applicant.country, "city": firm.applicant.city, "website": firm.answers["website"]}
        before = add(Startup(slug=slug, name=name, synthetic=True, created_at=begun, **values))
        founder = {"person_id": firm.person_id, "email": firm.applicant.email, "confirmed_at": begun, "is_lead": True}
        name = f"{firm.applicant.given} {firm.applicant.family}"
        add(Founder(startup_id=before.id, name=name, title="CEO", **founder))
    add(
        Application(
            edition_id=edition.id,
            reference="A-0301",
            startup_id=before.id,
            applicant_id=firm.person_id,
            state=ApplicationState.WITHDRAWN,
            answers={"name": before.name},
            saved_at=before.created_at,
            created_at=before.created_at,
            name=before.name,
            country=before.country,
            city=before.city,
            synthetic=True,
        )
    )


def _startups(applicants: list[Applicant], written: list[dict[str, Any]]) -> list[int]:
    values = [
        {
            "slug": applicant.name.lower().replace(" ", "-"),
            "name": applicant.name,
            "native_name": applicant.chosen.native_name if applicant.chosen else None,
            "one_line": applicant.line[:140],
            "one_line_ja": applicant.line_ja,
            "country": applicant.country,
            "prefecture": applicant.prefecture,
            "city": applicant.city,
            "website": answers["website"],
            "founded": answers["founded"],
            "synthetic": True,
            "created_at": applicant.sent_at - timedelta(days=9),
        }
        for applicant, answers in zip(applicants, written, strict=True)
    ]
    return list(session().scalars(insert(Startup).returning(Startup.id, sort_by_parameter_order=True), values))


def _applications(
    edition: Edition, form: Form, rows: list[Firm], sectors: dict[str, int], written: list[dict[str, Any]], *, sent: int
) -> list[int]:
    values = []
    for number, (firm, answers) in enumerate(zip(rows, written, strict=True), 1):
        applicant, person, startup = firm.applicant, firm.person_id, firm.startup_id
        is_sent = number <= sent
        begun = min(applicant.sent_at, edition.opens_at + timedelta(days=30)) - timedelta(days=2)
        values.append(
            {
                "edition_id": edition.id,
                "reference": f"A-{number:04}",
                "startup_id": startup,
                "applicant_id": person,
                "state": ApplicationState.SENT if is_sent else ApplicationState.DRAFT,
                "form_id": form.id,
                "answers": answers if is_sent else _half(answers),
                "token": 1,
                "saved_at": applicant.sent_at if is_sent else begun,
                "created_at": applicant.sent_at - timedelta(days=8),
                "submitted_at": applicant.sent_at if is_sent else None,
                "revision_number": int(is_sent),
                "name": applicant.name,
                "one_line": applicant.line[:140],
                "country": applicant.country,
                "prefecture": applicant.prefecture,
                "city": applicant.city,
                "sector_id": sectors[applicant.sector],
                "stage": applicant.stage,
                "channel": applicant.channel,
                "synthetic": True,
            }
        )
    statement = insert(Application).returning(Application.id, sort_by_parameter_order=True)
    return list(session().scalars(statement, values))


def _half(answers: dict[str, Any]) -> dict[str, Any]:
    """A draft: what comes first in the form is there, the rest is not."""
    missing = ("market", "traction", "why_team", "goals", "pilot_plan", "declarations", "consent_processing", "hours")
    return {key: value for key, value in answers.items() if key not in missing}


def _decks(firms: list[AppliedFirm], written: list[dict[str, Any]]) -> None:
    values: list[dict[str, Any]] = []
    for firm in firms:
        content = deck(firm.applicant.name)
        values.append(
            {
                "application_id": firm.application_id,
                "question_key": "deck",
                "storage_key": storage.put(content),
                "size": len(content),
                "file_name": f"{firm.applicant.name.lower().replace(' ', '-')}-deck.pdf",
                "pages": 1,
                "uploaded_by": firm.person_id,
                "uploaded_at": firm.applicant.sent_at - timedelta(days=1),
            }
        )
    ids = session().scalars(insert(Attachment).returning(Attachment.id, sort_by_parameter_order=True), values).all()
    for answers, value, number in zip(written, values, ids, strict=True):
        answers["deck"] = {
            "id": number,
            "name": value["file_name"],
            "sha256": value["storage_key"],
            "size": value["size"],
            "pages": 1,
        }
    # Those who only have a draft have uploaded nothing yet.
    sent = zip(firms, written, strict=False)
    session().execute(update(Application), [{"id": firm.application_id, "answers": answers} for firm, answers in sent])


def _revisions(firms: list[AppliedFirm], written: list[dict[str, Any]], form: Form) -> None:
    session().execute(
        insert(Revision),
        [
            {
                "application_id": firm.application_id,
                "number": 1,
                "form_id": form.id,
                "answers": answers,
                "digest": hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest(),
                "sent_by": firm.person_id,
                "sent_at": firm.applicant.sent_at,
            }
            for firm, answers in zip(firms, written, strict=False)
        ],
    )


def _consents(edition: Edition, firms: list[AppliedFirm], written: list[dict[str, Any]], form: Form) -> None:
    boxes = [
        (question.key, value, text_of_box(edition.id, question, value, edition.opens_at))
        for question in plain_form(form).questions
        if question.kind is QuestionKind.CONSENT
        for value in question.values
    ]
    values = [
        {
            "edition_id": edition.id,
            "application_id": firm.application_id,
            "text_id": text.id,
            "key": text.key,
            "revision_number": 1,
            "given_by": firm.person_id,
            "given_at": firm.applicant.sent_at,
        }
        for firm, answers in zip(firms, written, strict=False)
        for question, value, text in boxes
        if value in answers.get(question, [])
    ]
    session().execute(insert(Consent), values)


def _founders(firms: list[Firm]) -> None:
    session().execute(
        insert(Founder),
        [
            {
                "startup_id": firm.startup_id,
                "person_id": firm.person_id,
                "title": "CEO",
                "equity_percent": 60,
                "name": f"{firm.applicant.given} {firm.applicant.family}",
                "email": firm.applicant.email,
                "is_lead": True,
                "confirmed_at": firm.applicant.sent_at - timedelta(days=9),
            }
            for firm in firms
        ],
    )
    _second_founder(firms)


def _admit_founders(edition: Edition, firms: list[AppliedFirm]) -> None:
    session().execute(
        insert(Membership),
        [
            {
                "person_id": firm.person_id,
                "edition_id": edition.id,
                "role": Role.FOUNDER,
                "created_at": edition.created_at,
            }
            for firm in firms
        ],
    )
    second = person_by_email(SECOND.email)
    if second is not None and any(firm.applicant.name == SECOND.startup for firm in firms):
        add(Membership(person_id=second.id, edition_id=edition.id, role=Role.FOUNDER, created_at=edition.created_at))


def _second_founder(firms: list[Firm]) -> None:
    """One firm has two founders with access; the first one leads."""
    person = person_by_email(SECOND.email)
    firm = next((firm for firm in firms if firm.applicant.name == SECOND.startup), None)
    if person is None or firm is None:
        return
    add(
        Founder(
            startup_id=firm.startup_id,
            person_id=person.id,
            name=f"{SECOND.given} {SECOND.family}",
            email=SECOND.email,
            title=SECOND.role,
            equity_percent=SECOND.equity,
            position=2,
            confirmed_at=firm.applicant.sent_at - timedelta(days=8),
            invited_at=firm.applicant.sent_at - timedelta(days=9),
            invited_by=firm.person_id,
            added_by_hand=True,
        )
    )


def of_chosen(firms: list[AppliedFirm]) -> list[AppliedFirm]:
    """The seventeen, in the order of the list of chosen startups."""
    by_name = {firm.applicant.name: firm for firm in firms}
    return [by_name[startup.name] for startup in CHOSEN]
