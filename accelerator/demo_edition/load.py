"""Loading the demonstration: five moments of one edition, in seconds, the same every time."""

import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock, i18n
from accelerator.core.db import session
from accelerator.demo_edition import crowd, deciding, ground, intake, mentoring, progressing, reading, shows
from accelerator.demo_edition.call import in_own_words, make_tracks
from accelerator.demo_edition.cast import EVERYBODY, TEAM
from accelerator.demo_edition.chosen import CHOSEN
from accelerator.demo_edition.moments import MOMENTS, Moment, at
from accelerator.demo_edition.reminding import Reminders
from accelerator.demo_edition.sorting import sort_applications
from accelerator.intake.operations.forms import create_form
from accelerator.programmes.models import Edition
from accelerator.reporting.operations import order_report, take_snapshot, work_out_figures


def password(instance: Path) -> str:
    """The password that all synthetic people of this installation share; made once, kept beside the database."""
    path = instance / "demo_password"
    if not path.exists():
        path.write_text("-".join(secrets.choice(WORDS) for _ in range(4)), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")


WORDS = (
    "anchor",
    "bollard",
    "compass",
    "current",
    "dinghy",
    "ferry",
    "harbour",
    "jetty",
    "lantern",
    "mooring",
    "pilot",
    "quay",
    "rudder",
    "sextant",
    "signal",
    "tiller",
    "tugboat",
    "voyage",
    "wharf",
    "windlass",
)


def sign_ins() -> list[tuple[str, str]]:
    """``(kind, address)``: one person of each kind."""
    shown = [(str(part.roles[0].label), part.email) for part in EVERYBODY if part.shown]
    return [*shown, ("Founder", founder_email())]


def founder_email() -> str:
    """The founder that visitors sign in as: of the first of the chosen startups."""
    return next(applicant.email for applicant in crowd.applicants() if applicant.chosen is CHOSEN[0])


def is_loaded() -> bool:
    """Whether the demonstration is in the database."""
    slugs = [moment.slug for moment in MOMENTS]
    return session().scalar(select(Edition.id).where(Edition.slug.in_(slugs)).limit(1)) is not None


def set_clocks() -> None:
    """Start the clock of each moment anew: a demonstration opened next week still shows the same day."""
    now = clock.system_now()
    by_slug = {moment.slug: moment for moment in MOMENTS}
    for edition in session().scalars(select(Edition).where(Edition.slug.in_(by_slug))):
        edition.ahead_seconds = int((by_slug[edition.slug].at - now).total_seconds())


def load(kept: str) -> None:
    """Make everything. Runs inside one transaction: a demonstration is whole or not there.

    ``kept`` is the hash of the password that all its people share.
    """
    now = clock.system_now()
    people = ground.make_people(kept)
    applicants = crowd.applicants()
    firms = intake.make_firms(applicants, ground.make_founders(applicants, kept))
    reminders = Reminders()
    for moment in MOMENTS:
        edition = _load_moment(moment, now, people, firms)
        reminders.write(edition, moment)
        with at(edition, moment.at):
            work_out_figures(edition)


def _load_moment(moment: Moment, now: datetime, people: dict[str, int], firms: list[intake.Firm]) -> Edition:
    edition = ground.make_edition(moment, now)
    sectors = ground.furnish(edition, people)
    first, second = (session().get_one(Person, people[part.email]) for part in TEAM)
    with at(edition, edition.opens_at):
        make_tracks(edition)
        form = create_form(edition, actor=first)
        in_own_words(form)
    with at(edition, moment.at):
        ground.report_figures(edition, moment.at.date(), actor=first)
        applied = intake.make_applications(edition, moment, form, sectors, firms)
        sort_applications(edition, applied, [first, second])
        if moment.stage == 1:
            return edition
        intake.make_twice(edition, firms)
        reading.screen(edition, applied, first, second)
        reading.read_all(edition, moment, applied, people, first)
        if moment.stage == 2:
            return edition
    deciding.decide_all(edition, applied, first, second)
    cohort = intake.of_chosen(applied)
    with at(edition, moment.at):
        mentors = mentoring.make_mentors(edition, people)
        mentoring.make_sessions(edition, moment, cohort, mentors, people)
        progressing.make_progress(edition, moment, cohort, first)
        shows.make_events(edition, {firm.startup_id: firm.person_id for firm in cohort}, people, now=moment.at)
        if moment is MOMENTS[-1]:
            snapshot = take_snapshot(edition, actor=first, title="After Demo Day")
            for language in i18n.LANGUAGES:
                order_report(snapshot, language=language, actor=first)
    return edition
