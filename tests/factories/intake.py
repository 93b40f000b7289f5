"""Forms, complete answers, and PDF files of the intake. Choose the edition around these."""

from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import add, session
from accelerator.core.pdf_check import Harmless
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.consent_models import Consent, ConsentText, Purpose
from accelerator.intake.models import Application, Attachment, Track
from accelerator.intake.operations import beginning, files
from accelerator.intake.operations.consents import text_digest
from accelerator.intake.operations.forms import create_form
from accelerator.intake.queries.consents import latest_text
from accelerator.intake.queries.forms import current_form, host_value, plain_form
from accelerator.programmes.models import Edition, Host
from tests.factories.people import make_person
from tests.factories.programmes import make_sector

TRACKS = ("prevent", "distance", "recover")


def make_host(edition: Edition, name: str = "City of Kobe", *, shares_data: bool = True) -> Host:
    """An organisation that carries the edition."""
    return add(
        Host(
            edition_id=edition.id,
            name={"en": name, "ja": name},
            part={"en": "Host", "ja": "主催"},
            position=1,
            shares_data=shares_data,
        )
    )


def share(application: Application, host: Host) -> Consent:
    """The application's consent to an organisation, as if its form had asked for it."""
    key, label = f"consent_hosts:{host_value(host)}", {"en": "Sharing", "ja": "共有"}
    text = latest_text(application.edition_id, key) or add(
        ConsentText(
            edition_id=application.edition_id,
            key=key,
            version=1,
            purpose=Purpose.HOST,
            host_id=host.id,
            question=label,
            help=None,
            wording=host.name,
            digest=text_digest(label, None, host.name),
            since=clock.now(),
        )
    )
    return add(
        Consent(
            edition_id=application.edition_id,
            application_id=application.id,
            text_id=text.id,
            key=key,
            revision_number=application.revision_number,
            given_by=application.applicant_id,
            given_at=clock.now(),
        )
    )


def _here(edition: Edition) -> Edition:
    """The edition in this transaction; it may come from an earlier one."""
    return session().get_one(Edition, edition.id)


def make_form(edition: Edition, *, hosts: int = 1) -> PlainForm:
    """The default form, with a sector "health" and hosts that read the answers."""
    edition = _here(edition)
    make_sector(edition, "health", name={"en": "Health", "ja": "健康"})
    for number in range(hosts):
        make_host(edition, f"Host {number + 1}")
    for key in TRACKS:
        add(Track(edition_id=edition.id, key=key, name={"en": key.title(), "ja": key}))
    return plain_form(create_form(edition, actor=None))


def make_draft(edition: Edition, *, name: str = "Northbreath", applicant: Person | None = None) -> Application:
    """A draft that somebody has just begun."""
    edition = _here(edition)
    who = applicant or make_person()
    return beginning.start_application(edition, name=name, at=clock.now(), actor=who)


def complete_answers(form: PlainForm, **changes: Any) -> dict[str, Any]:
    """Answers to the default form that can be sent, but for the deck."""
    hosts = form.question("consent_hosts")
    answers = {
        "name": "Northbreath",
        "one_line": "A lung check by telephone.",
        "country": "EE",
        "city": "Tallinn",
        "founded": 2018,
        "incorporated": "no",
        "sector": "health",
        "business_model": ["subscription"],
        "customer_type": ["medical"],
        "stage": "launched",
        "track": "prevent",
        "track_fit": "It prevents pneumonia.",
        "problem": "p" * 50,
        "solution": "s" * 50,
        "market": "Clinics.",
        "traction": "Ten clinics.",
        "staff_full": 3,
        "staff_part": 0,
        "capital_currency": "EUR",
        "capital_own": 1000,
        "capital_own_year": 1000,
        "capital_equity": 0,
        "capital_equity_year": 0,
        "capital_debt": 0,
        "capital_debt_year": 0,
        "capital_grants": "12.50",
        "capital_grants_year": 0,
        "why_team": "We are nurses.",
        "goals": "A pilot.",
        "pilot": "no",
        "attends": "Kadri",
        "languages": ["en"],
        "zone": "Europe/Tallinn",
        "hours": list(range(18, 26)),
        "founders": [
            {"name": "Kadri Lepik", "role": "CEO", "email": "kadri@example.org", "equity": 60, "full_time": True}
        ],
        "declarations": ["age", "tenders", "forces", "field"],
        "consent_processing": ["given"],
        **({"consent_hosts": hosts.values} if hosts else {}),
    }
    return {key: value for key, value in {**answers, **changes}.items() if value is not None}


def make_complete_draft(edition: Edition, form: PlainForm, **changes: Any) -> Application:
    """A draft that can be sent."""
    application = make_draft(edition)
    make_deck(application)
    application.answers = {**complete_answers(form, **changes), "deck": application.answers["deck"]}
    session().flush()
    return application


def make_deck(application: Application, content: bytes | None = None, name: str = "deck.pdf") -> Attachment:
    """A deck that was uploaded by the applicant and found harmless."""
    edition = session().get_one(Edition, application.edition_id)
    form = current_form(edition)
    assert form is not None
    question = plain_form(form).question("deck")
    assert question is not None
    plain = content or pdf()
    file = Harmless(plain.count(b"/Type /Page "), plain)
    return files.attach(
        application, question, file=file, name=name, edition=edition, at=clock.now(), actor=application.applicant
    )


def pdf(pages: int = 2, extra: bytes = b"") -> bytes:
    """A small PDF with so many empty pages; ``extra`` goes into its catalogue."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
    ]
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"] * pages
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF\n"
