"""Two records of one firm: found, compared, joined by the team; refused where rows collide; kept apart for good."""

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.intake.models import Application, Conflict, ConflictKind
from accelerator.intake.queries.same import possible_pairs
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry
from accelerator.startups import queries
from accelerator.startups.models import Founder, Startup
from accelerator.startups.operations import joining
from tests.factories import (
    Browser,
    make_application,
    make_cohort_startup,
    make_edition,
    make_founder,
    make_member,
    make_startup,
)
from tests.factories.startups import make_role


class Case:
    """A firm that applied to two editions with two records, and a team of both."""

    def __init__(self) -> None:
        with db.transaction():
            self.first, self.second = make_edition(), make_edition()
            self.staff = make_member(self.first, Role.ADMIN)
            make_role(self.second, self.staff, Role.STAFF)
            with scope.choose(self.first.scope):
                self.old, self.founder = make_cohort_startup(self.first, startup=self._firm("Northbreath OÜ"))
            with scope.choose(self.second.scope):
                self.new = self._firm("North Breath", website="https://north.example.com")
                self.applied = make_application(self.second, startup=self.new, applicant=make_founder(self.new))
        self.path = f"/editions/{self.first.slug}/same-startups"
        self.pair = f"{self.path}/{self.old.slug}/{self.new.slug}"

    @staticmethod
    def _firm(name: str, **values: object) -> Startup:
        firm = make_startup(name=name, **values)
        make_founder(firm)
        return firm


@pytest.fixture
def case(app: App) -> Case:
    return Case()


def pairs(edition: Edition, person: Person) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the page lists."""
    with db.reading(), scope.choose(edition.scope):
        return [(p.first.startup.name, p.second.startup.name, p.reasons) for p in possible_pairs(edition, person)]


def test_records_alike_are_listed_with_the_reason(browser: Browser, case: Case) -> None:
    assert pairs(case.first, case.staff) == [("Northbreath OÜ", "North Breath", ("name",))]
    page = browser.sign_in(case.staff).get(case.path).text
    assert "Same name" in page and page.count("Possible duplicates") == 4  # side bar, title, crumbs, heading
    text = browser.get(case.pair).text
    assert "north.example.com" in text and "Is this the same startup?" in text


def test_the_same_founder_and_website_are_reasons_too(case: Case) -> None:
    with db.transaction():
        old, new = (session().get_one(Startup, row.id) for row in (case.old, case.new))
        old.name, old.website = "Other", "http://www.north.example.com/en"
        person = session().get_one(Person, case.founder.id)
        make_founder(new, person)
    assert pairs(case.first, case.staff) == [("Other", "North Breath", ("founder", "host"))]


def test_joining_moves_everything_and_the_old_address_leads_on(browser: Browser, case: Case) -> None:
    browser.sign_in(case.staff)
    assert browser.post(case.pair, {"keep": case.new.slug}).location == case.path
    with db.reading(), scope.everywhere():
        kept = queries.startup_by_slug(case.old.slug)
        assert kept.id == case.new.id and queries.startup(case.old.id) is None
        assert set(session().scalars(select(Application.startup_id))) == {kept.id}
        assert set(session().scalars(select(CohortEntry.startup_id))) == {kept.id}
        assert {case.founder.id, case.applied.applicant_id} <= queries.founder_ids(kept.id)
        assert len([row for row in queries.founders(kept) if row.is_lead]) == 1
        assert (kept.name, kept.website) == ("North Breath", "https://north.example.com")
        entry = session().scalars(select(AuditEntry).where(AuditEntry.action == "startup.joined")).one()
        assert entry.subject_id == kept.id
    pages = f"/editions/{case.first.slug}/startups/"
    assert browser.get(pages + case.old.slug).location == pages + case.new.slug
    assert browser.get(pages + case.new.slug).status_code == 200
    assert pairs(case.first, case.staff) == []


def test_two_applications_in_one_edition_are_never_joined(browser: Browser, case: Case) -> None:
    with db.transaction(), scope.choose(case.first.scope):
        make_application(case.first, startup=session().get_one(Startup, case.new.id))
    browser.sign_in(case.staff)
    assert "They can&#39;t be merged" in browser.get(case.pair).text.replace("can't", "can&#39;t")
    assert browser.post(case.pair, {"keep": case.old.slug}).status_code == 422
    with db.transaction(), pytest.raises(Refused), session().begin_nested():
        old, new = (session().get_one(Startup, row.id) for row in (case.old, case.new))
        joining.join_startups(old, new, actor=case.staff)
    with db.reading():
        assert queries.startup(case.new.id) is not None


def test_not_the_same_is_remembered(browser: Browser, case: Case) -> None:
    browser.sign_in(case.staff).post(case.pair, {"keep": "apart"})
    assert pairs(case.first, case.staff) == []
    assert '<div class="panel empty">' in browser.get(case.path).text
    assert browser.get(case.pair).status_code == 404
    with db.transaction():
        joining.keep_apart(*(session().get_one(Startup, row.id) for row in (case.new, case.old)), actor=case.staff)
        acts = session().scalars(select(AuditEntry.action).where(AuditEntry.action == "startup.kept_apart")).all()
        assert acts == ["startup.kept_apart"]


def test_one_person_of_both_has_one_row_and_whoever_left_gets_back_in_only_by_the_other_record(case: Case) -> None:
    with db.transaction():
        old, new = (session().get_one(Startup, row.id) for row in (case.old, case.new))
        both = session().get_one(Person, case.founder.id)
        make_founder(new, both)
        row = session().scalars(select(Founder).where(Founder.startup_id == old.id, Founder.person_id == both.id)).one()
        if row.is_lead:
            row.is_lead = False
        row.left_at = clock.system_now()
        session().flush()
        joining.join_startups(old, new, actor=case.staff)
        rows = session().scalars(select(Founder).where(Founder.person_id == both.id)).all()
        assert [(row.startup_id, row.has_access) for row in rows] == [(old.id, True)]


@pytest.mark.parametrize("who", ["founder", "other team", "one team", "barred"])
def test_others_see_no_pair(browser: Browser, case: Case, who: str) -> None:
    with db.transaction():
        people = {
            "founder": session().get_one(Person, case.founder.id),
            "other team": make_member(make_edition(), Role.ADMIN),
            "one team": make_member(case.first, Role.ADMIN),
            "barred": session().get_one(Person, case.staff.id),
        }
        person = people[who]
        if who == "barred":
            with scope.choose(case.second.scope):
                db.add(
                    Conflict(
                        edition_id=case.second.id,
                        application_id=case.applied.id,
                        person_id=person.id,
                        kind=ConflictKind.FAMILY,
                        declared_at=clock.now(),
                    )
                )
    browser.sign_in(person)
    assert browser.get(case.path).status_code == (200 if who in ("one team", "barred") else 404)
    assert browser.get(case.pair).status_code == 404
    assert browser.post(case.pair, {"keep": case.new.slug}).status_code == 404
    assert pairs(case.first, person) == []


def test_the_page_takes_few_statements(browser: Browser, case: Case, count_queries: list[str]) -> None:
    browser.sign_in(case.staff)
    counted = []
    for _ in range(2):
        count_queries.clear()
        assert browser.get(case.path).status_code == 200
        counted.append(len(count_queries))
        with db.transaction(), scope.choose(case.first.scope):
            for _number in range(3):
                make_application(case.first, startup=make_startup(name="Northbreath"))
    assert counted[0] == counted[1] <= 15
