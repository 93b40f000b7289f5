"""Reads of releases: what is ready, what is missing, who gets a letter."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.i18n import LANGUAGES
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.selection.models import Decision, Release, ReleaseState
from accelerator.startups.models import Founder

UNDER_WAY = (ReleaseState.PREPARED, ReleaseState.APPROVED)


@dataclass(frozen=True)
class Desk:
    """The edition and the release under way, else the last one that went out, else none."""

    edition: Edition
    release: Release | None

    @property
    def under_way(self) -> Release | None:
        """The release that waits for approval or for its instant."""
        return self.release if self.release is not None and self.release.state in UNDER_WAY else None


class Gap(NamedTuple):
    """An application that stands in the way of a release."""

    reference: str
    name: str
    state: ApplicationState


def desk(edition: Edition) -> Desk:
    """Where releasing stands in an edition."""
    found = (
        select(Release)
        .options(joinedload(Release.preparer), joinedload(Release.approver))
        .where(Release.edition_id == edition.id, Release.state != ReleaseState.CANCELLED)
        .order_by(Release.id.desc())
    )
    return Desk(edition, session().scalar(found.limit(1)))


def last_release(edition: Edition) -> Release | None:
    """The last release that went out."""
    found = select(Release).where(Release.edition_id == edition.id, Release.state == ReleaseState.RELEASED)
    return session().scalar(found.order_by(Release.released_at.desc(), Release.id.desc()).limit(1))


def gaps(edition: Edition) -> list[Gap]:
    """Eligible applications without a decision, and those that were never screened."""
    found = (
        select(Application.reference, Application.name, Application.state)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            Application.edition_id == edition.id,
            Application.state.in_((ApplicationState.SENT, ApplicationState.ELIGIBLE)),
            Decision.id.is_(None),
        )
        .order_by(Application.state, Application.reference)
    )
    return [Gap(*row) for row in session().execute(found)]


def ineligible(edition: Edition) -> list[Application]:
    """Applications that are not eligible and have no decision yet: their letter is a decline."""
    found = (
        select(Application)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            Application.edition_id == edition.id,
            Application.state == ApplicationState.INELIGIBLE,
            Decision.id.is_(None),
        )
    )
    return list(session().scalars(found.order_by(Application.id)))


def lock_candidates(edition: Edition) -> None:
    """Lock every application that may be decided, in one order, so that no decision changes while a release reads it."""
    states = (ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)
    found = select(Application.id).where(Application.edition_id == edition.id, Application.state.in_(states))
    session().execute(found.order_by(Application.id).with_for_update()).all()


def decisions_to_release(edition: Edition) -> list[Decision]:
    """The pending decisions with their applications, by reference. Withdrawn applications get no letter."""
    found = (
        select(Decision)
        .join(Decision.application)
        .options(joinedload(Decision.application).joinedload(Application.startup))
        .where(
            Decision.edition_id == edition.id,
            Decision.release_id.is_(None),
            Application.state.in_((ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)),
        )
    )
    fresh = found.order_by(Application.reference).execution_options(populate_existing=True)
    return list(session().scalars(fresh))


def recipients(applications: Collection[Application]) -> dict[int, list[Person]]:
    """Who reads the letters: the applicant and every founder with an account, by application id."""
    by_startup: dict[int, list[Person]] = {}
    founders = (
        select(Founder.startup_id, Person)
        .join(Person, Person.id == Founder.person_id)
        .where(Founder.startup_id.in_({one.startup_id for one in applications}))
        .order_by(Founder.position, Founder.id)
    )
    for startup_id, person in session().execute(founders):
        by_startup.setdefault(startup_id, []).append(person)
    people = session().scalars(select(Person).where(Person.id.in_({one.applicant_id for one in applications})))
    applicants = {person.id: person for person in people}
    return {
        one.id: list(dict.fromkeys([applicants[one.applicant_id], *by_startup.get(one.startup_id, [])]))
        for one in applications
    }


def missing_texts(edition: Edition) -> list[str]:
    """Which texts of the edition that letters quote lack a language: ``name`` or ``place``."""
    quoted = {"name": edition.name, "place": edition.place}
    return [key for key, texts in quoted.items() if not all(texts.get(language) for language in LANGUAGES)]
