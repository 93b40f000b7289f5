"""Startups, applications and cohorts. Choose the edition (``scope.choose(edition.scope)``) around these."""

from itertools import count
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock
from accelerator.core.db import add, session
from accelerator.intake.models import Application, ApplicationState, Form, Revision
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry
from accelerator.startups.models import Founder, Startup
from accelerator.startups.queries import lead
from tests.factories.people import make_person

_numbers = count(1)


def make_startup(**values: Any) -> Startup:
    """A startup in Estonia."""
    number = next(_numbers)
    defaults = {
        "slug": f"startup-{number}",
        "name": f"Startup {number}",
        "one_line": "Does things.",
        "country": "EE",
        "city": "Tallinn",
        "created_at": clock.system_now(),
    }
    return add(Startup(**{**defaults, **values}))


def make_founder(startup: Startup, person: Person | None = None, **values: Any) -> Person:
    """A founder of the startup with access; the first one leads."""
    who = person or make_person(**values)
    leads = lead(startup.id) is None
    add(
        Founder(
            startup_id=startup.id,
            person_id=who.id,
            name=who.name,
            email=who.email,
            title="CEO",
            is_lead=leads,
            confirmed_at=clock.system_now(),
        )
    )
    return who


def make_role(edition: Edition, person: Person, role: Role = Role.FOUNDER) -> Membership:
    """The person's role in the edition; the same one if it is held or has ended."""
    held = select(Membership).where(
        Membership.person_id == person.id, Membership.edition_id == edition.id, Membership.role == role
    )
    return session().scalar(held) or add(
        Membership(person_id=person.id, edition_id=edition.id, role=role, created_at=clock.system_now())
    )


def make_application(edition: Edition, state: ApplicationState = ApplicationState.SENT, **values: Any) -> Application:
    """An application of a new startup with a founder, who holds the role; sent ones have a revision."""
    number, now = next(_numbers), clock.now()
    startup = values.pop("startup", None) or make_startup()
    person = values.pop("applicant", None) or make_founder(startup)
    make_role(edition, person)
    sent = state is not ApplicationState.DRAFT
    answers = values.pop("answers", {"name": startup.name, "one_line": "Does things."})
    defaults = {
        "reference": f"A-{number:04}",
        "startup_id": startup.id,
        "applicant_id": person.id,
        "state": state,
        "answers": answers,
        "saved_at": now,
        "created_at": now,
        "submitted_at": now if sent else None,
        "revision_number": int(sent),
        "name": startup.name,
        "one_line": startup.one_line,
        "country": startup.country,
        "city": startup.city,
    }
    application = add(Application(edition_id=edition.id, **{**defaults, **values}))
    if sent:
        form = add(Form(edition_id=edition.id, version=-number))
        add(
            Revision(
                application_id=application.id,
                number=1,
                form_id=form.id,
                answers=answers,
                digest="0" * 64,
                sent_by=person.id,
                sent_at=now,
            )
        )
    return application


def make_cohort_startup(edition: Edition, **values: Any) -> tuple[Startup, Person]:
    """A startup of the cohort and its founder, who holds the founder's role."""
    application = make_application(edition, ApplicationState.JOINED, **values)
    add(
        CohortEntry(
            edition_id=edition.id,
            startup_id=application.startup_id,
            application_id=application.id,
            joined_at=clock.now(),
        )
    )
    return application.startup, application.applicant
