"""Starting an application and saving its draft."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Membership, Role
from accelerator.core import clock, scope
from accelerator.core.errors import Refused
from accelerator.intake import rules
from accelerator.intake.answers.questions import PlainSection
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations import beginning, withdrawing
from accelerator.intake.operations.drafts import save_section
from accelerator.intake.queries.drafts import section_version
from accelerator.programmes.models import GRACE, Edition
from tests.factories import make_edition, make_member, make_person
from tests.factories.intake import make_draft, make_form


def save(
    application: Application, section: PlainSection, edition: Edition, version: str | None = None, **values: object
) -> bool:
    """Save a page that was opened just now, or at ``version``."""
    known = section_version(section, application.answers) if version is None else version
    return save_section(application, section, values, edition=edition, version=known, at=clock.now())


def test_starting_makes_startup_founder_draft_and_role(tx: Session) -> None:
    edition, person = make_edition(), make_person()
    with scope.choose(edition.scope):
        make_form(edition)
        application = beginning.start_application(edition, name=" North  breath ", at=clock.now(), actor=person)
        assert (application.reference, application.name, application.state) == (
            "A-0001",
            "North breath",
            ApplicationState.DRAFT,
        )
        assert application.answers == {"name": "North breath"}
        assert rules.can_fill(person, application)
        roles = tx.scalars(select(Membership.role).where(Membership.person_id == person.id)).all()
        assert roles == [Role.FOUNDER]


def test_references_go_on_past_four_digits(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        make_form(edition)
        make_draft(edition).reference = "A-9999"
        tx.flush()
        assert [make_draft(edition).reference for _ in range(2)] == ["A-10000", "A-10001"]


def test_editions_count_apart(tx: Session) -> None:
    for _ in range(2):
        edition = make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            assert make_draft(edition).reference == "A-0001"


def test_nobody_starts_twice_but_may_after_withdrawing(tx: Session) -> None:
    edition, person = make_edition(), make_person()
    with scope.choose(edition.scope):
        make_form(edition)
        first = make_draft(edition, applicant=person)
        with pytest.raises(Refused, match="You already have A-0001"):
            make_draft(edition, applicant=person)
        withdrawing.withdraw(first, reason="Wrong name", edition=edition, actor=person)
        assert make_draft(edition, applicant=person).reference == "A-0002"


@pytest.mark.parametrize(("opens", "closes", "says"), [(1, 2, "not open yet"), (-2, -1, "has closed")])
def test_starting_is_refused_outside_of_the_call(tx: Session, opens: int, closes: int, says: str) -> None:
    now = clock.now()
    edition = make_edition(opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes))
    with scope.choose(edition.scope):
        make_form(edition)
        with pytest.raises(Refused, match=says):
            make_draft(edition)


def test_starting_needs_a_name_and_a_form(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        with pytest.raises(Refused, match="not ready"):
            make_draft(edition)
        make_form(edition)
        with pytest.raises(Refused, match="Enter the name"):
            make_draft(edition, name="  ")


def test_whoever_lost_the_role_cannot_take_it_back_by_applying(tx: Session) -> None:
    edition = make_edition()
    person = make_member(edition, Role.FOUNDER)
    held = tx.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    held.ended_at = clock.system_now()
    with scope.choose(edition.scope):
        make_form(edition)
        with pytest.raises(Refused, match=r"has ended\. Write to the team"):
            make_draft(edition, applicant=person)
    assert held.ended_at is not None


def test_a_page_is_stored_as_typed_valid_or_not(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_draft(edition)
        company, place = form.sections[0], form.sections[1]
        assert save(application, company, edition, name="New name", website="nonsense", one_line="x" * 500)
        assert save(application, place, edition, founded="about 2018", country="JP")
        assert application.answers == {
            "name": "New name",
            "website": "nonsense",
            "one_line": "x" * 500,
            "founded": "about 2018",
            "country": "JP",
        }
        assert (application.name, application.country, application.token) == ("New name", None, 2)


def test_a_page_writes_its_own_questions_only(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_draft(edition)
        assert save(application, form.sections[1], edition, city="Tartu", name="Stolen", state="joined")
        assert application.answers == {"name": "Northbreath", "city": "Tartu"}


def test_a_page_opened_earlier_overwrites_nothing(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_draft(edition)
        company, place = form.sections[0], form.sections[1]
        opened = section_version(company, application.answers)
        assert save(application, place, edition, city="Tartu")
        assert save(application, company, edition, opened, name="Mine"), "another page was changed, not this one"
        assert not save(application, company, edition, opened, name="Other")
        assert save(application, company, edition, opened, name="Mine"), "the same text twice is no conflict"
        assert application.answers == {"name": "Mine", "city": "Tartu"}


def test_nothing_is_saved_after_the_close(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_draft(edition)
        edition.closes_at = clock.now() - GRACE
        with pytest.raises(Refused, match="has closed"):
            save(application, form.sections[0], edition, name="Late")
        assert application.answers == {"name": "Northbreath"}


def test_a_verdict_that_nobody_was_told_stops_nobody_from_editing(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_draft(edition)
        application.submitted_at = clock.now()
        for state in (ApplicationState.SENT, ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE):
            application.state = state
            assert save(application, form.sections[0], edition, name=state.value)
        application.state = ApplicationState.DECLINED
        with pytest.raises(Refused, match="can't be changed any more"):
            save(application, form.sections[0], edition, name="No")
