"""Two records of one firm: found by stored keys, compared, merged with both histories, undone, kept apart for good."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import Base, session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.intake.models import (
    Application,
    ApplicationState,
    Conflict,
    ConflictKind,
    Question,
    QuestionKind,
    Revision,
    Section,
)
from accelerator.intake.operations import merging
from accelerator.intake.queries.same import earlier_applications, possible_pairs
from accelerator.intake.roles import QuestionRole
from accelerator.mentoring.models import Claim
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry
from accelerator.startups import queries
from accelerator.startups.models import (
    DistinctStartups,
    Founder,
    Startup,
    StartupKey,
    StartupMerge,
    StartupMergeRow,
)
from accelerator.startups.operations.merging import OWN, keep_apart, references
from tests.factories import (
    Browser,
    make_application,
    make_cohort_startup,
    make_edition,
    make_founder,
    make_member,
    make_startup,
)
from tests.factories.mentoring import make_mentor, make_session
from tests.factories.startups import make_role

NUMBER = "7000012050002"


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
                self.new = self._firm("North Breath", website="https://north.example.com", city="")
                self.applied = make_application(self.second, startup=self.new, applicant=make_founder(self.new))
        self.path = f"/editions/{self.first.slug}/duplicates"
        self.pair = f"{self.path}/{self.old.slug}/{self.new.slug}"

    @staticmethod
    def _firm(name: str, **values: object) -> Startup:
        firm = make_startup(name=name, **values)
        make_founder(firm)
        return firm

    def rows(self) -> tuple[Startup, Startup]:
        """Both records, in this session."""
        return session().get_one(Startup, self.old.id), session().get_one(Startup, self.new.id)

    def merge(self, **counting: str) -> int:
        """Merge the new one into the old one, past the page."""
        with db.transaction(), scope.choose(self.first.scope):
            old, new = self.rows()
            counts = {int(key.removeprefix("e")): value for key, value in counting.items()}
            return merging.merge_startups(old, new, shown={}, counting=counts, actor=self.staff).id

    def undo(self, merge_id: int) -> None:
        """Undo it."""
        with db.transaction(), scope.choose(self.first.scope):
            merging.undo_merge(session().get_one(StartupMerge, merge_id), actor=self.staff)


@pytest.fixture
def case(app: App) -> Case:
    return Case()


Listed = list[tuple[str, str, tuple[str, ...], str]]


def pairs(edition: Edition, person: Person) -> Listed:
    """What the page lists."""
    with db.reading(), scope.choose(edition.scope):
        return [
            (
                p.first.startup.name,
                p.second.startup.name,
                tuple(kind.value for kind, _value in p.reasons),
                p.strength.value,
            )
            for p in possible_pairs(edition, person)
        ]


LOGS = {"audit_entry", "audit_detail", "message", "startup_merge", "startup_merge_row", "job"}


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is no log of what happened."""
    with db.engine().connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in Base.metadata.sorted_tables
            if table.name not in LOGS
        }


def test_records_alike_are_listed_with_the_reason(browser: Browser, case: Case) -> None:
    assert pairs(case.first, case.staff) == [("Northbreath OÜ", "North Breath", ("name",), "likely")]
    page = browser.sign_in(case.staff).get(case.path).text
    assert "Same name" in page and '<span class="n">1</span>' in page
    text = browser.get(case.pair).text
    assert "north.example.com" in text and "Names are alike without the legal form: northbreath" in text


def test_the_same_founder_domain_mail_and_number_are_reasons_too(case: Case) -> None:
    with db.transaction(), scope.everywhere():
        old, new = case.rows()
        old.name, old.website = "Other", "http://shop.north.example.com/en"
        make_founder(new, session().get_one(Person, case.founder.id))
        for startup, name in ((old, "aoi"), (new, "riku")):
            db.add(Founder(startup_id=startup.id, name=name, email=f"{name}@north.co.jp"))
            db.add(Founder(startup_id=startup.id, name=name, email=f"{name}@gmail.com"))
            application = merging.applications_of(startup)[0]
            revision = session().scalars(select(Revision).where(Revision.application_id == application.id)).one()
            revision.answers = {"corporate_number": NUMBER}
            section = db.add(
                Section(form_id=revision.form_id, key="place", title={"en": "Place", "ja": "所在地"}, position=1)
            )
            db.add(
                Question(
                    form_id=revision.form_id,
                    section_id=section.id,
                    key="corporate_number",
                    role=QuestionRole.CORPORATE_NUMBER,
                    kind=QuestionKind.SHORT,
                    label={"en": "Corporate number", "ja": "法人番号"},
                    limits={},
                    choices=[],
                    position=1,
                )
            )
            application.revision_number = 0
            session().flush()
            application.revision_number = 1
    reasons = ("number", "founder", "founder", "host", "mail")
    assert pairs(case.first, case.staff) == [("Other", "North Breath", reasons, "sure")]


def test_keys_follow_what_is_written(case: Case) -> None:
    with db.transaction():
        old, _new = case.rows()
        old.name, old.website = "Southbreath K.K.", "https://south.github.io"
        session().flush()
        keys = select(StartupKey.kind, StartupKey.value).where(StartupKey.startup_id == old.id)
        assert {row.value for row in session().execute(keys) if row.kind in ("name", "host")} == {"southbreath"}
    assert pairs(case.first, case.staff) == []


def test_merging_moves_everything_and_the_old_address_leads_on(browser: Browser, case: Case) -> None:
    browser.sign_in(case.staff)
    chosen = {"keep": "second", "show_name": "first", "do": "merge"}
    assert browser.post(case.pair, chosen).location == case.path
    with db.reading(), scope.everywhere():
        kept = queries.startup_by_slug(case.old.slug)
        assert kept.id == case.new.id
        assert set(session().scalars(select(Application.startup_id))) == {kept.id}
        assert set(session().scalars(select(CohortEntry.startup_id))) == {kept.id}
        assert {case.founder.id, case.applied.applicant_id} <= queries.founder_ids(kept.id)
        assert [row.is_lead for row in queries.founders(kept)].count(True) == 1
        assert (kept.name, kept.website, kept.city) == ("Northbreath OÜ", "https://north.example.com", "Tallinn")
        merge = session().scalars(select(StartupMerge)).one()
        assert merge.set_aside == {"name": ["North Breath"]}
        entry = session().scalars(select(AuditEntry).where(AuditEntry.action == "startup.joined")).one()
        assert entry.subject_id == kept.id
        told = session().scalars(select(Message.person_id).where(Message.kind == "startups_merged")).all()
        assert sorted(told) == sorted(queries.founder_ids(kept.id))
        editions = {case.first.id, case.second.id}
        held = select(Membership.edition_id).where(
            Membership.person_id == case.founder.id, Membership.role == Role.FOUNDER
        )
        assert set(session().scalars(held)) == editions
    pages = f"/editions/{case.first.slug}/startups/"
    assert browser.get(pages + case.old.slug).location == pages + case.new.slug
    assert browser.get(pages + case.new.slug).status_code == 200
    assert pairs(case.first, case.staff) == []
    founder = Browser(browser.app).sign_in(case.founder)
    founders = f"/startups/{case.old.slug}/founders"
    assert founder.get(founders).location == f"/startups/{case.new.slug}/founders"


def test_undoing_puts_every_row_back(case: Case) -> None:
    with db.transaction():
        old, new = case.rows()
        make_founder(new, session().get_one(Person, case.founder.id))
        lead = queries.lead(old.id)
        lead.is_lead, lead.left_at = False, clock.system_now()
        db.add(Founder(startup_id=new.id, name="Named", email="named@example.org"))
        with scope.choose(case.first.scope):
            make_application(case.first, startup=new)
        with scope.choose(case.second.scope):
            session().get_one(Application, case.applied.id).state = ApplicationState.JOINED
            values = {"startup_id": new.id, "application_id": case.applied.id, "joined_at": clock.now()}
            db.add(CohortEntry(edition_id=case.second.id, **values))
            make_session(make_mentor(case.second), new, case.staff)
        namesake = make_startup()
        keep_apart(new, namesake, reason="Another firm of the same name.", actor=case.staff)
    with db.transaction(), scope.choose(case.first.scope):
        mine, other = (row.reference for row in merging.double_applications(*case.rows())[0])
    before = all_rows()
    merge_id = case.merge(**{f"e{case.first.id}": mine})
    with db.reading(), scope.everywhere():
        states = dict(session().execute(select(Application.reference, Application.state)).all())
        assert states[other] is ApplicationState.WITHDRAWN and states[mine] is ApplicationState.JOINED
        assert len(set(session().scalars(select(Application.startup_id)))) == 1
        parties = set(session().scalars(select(Claim.party).where(Claim.party.startswith("s:"))))
        assert parties == {f"s:{case.old.id}"}
        assert queries.are_distinct(
            case.old.id, session().scalars(select(Startup.id).order_by(Startup.id.desc())).first()
        )
    assert all_rows() != before
    case.undo(merge_id)
    after = all_rows()
    assert {name: after[name] for name in after if after[name] != before[name]} == {}
    with pytest.raises(Refused, match="has been undone"):
        case.undo(merge_id)


def test_undo_is_refused_after_a_day_and_where_something_came_after(browser: Browser, case: Case) -> None:
    merge_id = case.merge()
    browser.sign_in(case.staff)
    undo = f"{case.path}/merges/{merge_id}/undo"
    assert "Undo the merge" in browser.get(case.path).text
    with db.transaction():
        added = db.add(Founder(startup_id=case.old.id, name="Newcomer")).id
    assert browser.post(undo).location == case.path
    assert "Something has been added to the record or taken from it since" in browser.get(case.path).text
    with db.transaction():
        session().delete(session().get_one(Founder, added))
        session().get_one(Startup, case.old.id).website = "https://else.example"
    browser.post(undo)
    assert "Something that was merged has been changed since" in browser.get(case.path).text
    with db.transaction():
        session().get_one(StartupMerge, merge_id).merged_at -= timedelta(days=1)
    assert "Undo the merge" not in browser.get(case.path).text
    browser.post(undo)
    assert "A merge can be undone for one day" in browser.get(case.path).text
    with db.reading():
        assert session().get_one(Startup, case.new.id).merged_into_id == case.old.id


def test_of_two_applications_to_one_call_one_counts(browser: Browser, case: Case) -> None:
    with db.transaction(), scope.choose(case.second.scope):
        other = make_application(case.second, startup=session().get_one(Startup, case.old.id))
    browser.sign_in(case.staff)
    assert f"Which application to {case.second.title} counts?" in browser.get(case.pair).text
    refused = browser.post(case.pair, {"keep": "first", "do": "merge"})
    assert refused.status_code == 422 and "Choose which application counts." in refused.text
    assert browser.post(case.pair, {"keep": "first"}).status_code == 200  # nothing was asked for
    counts = {f"counts_{case.second.id}": case.applied.reference}
    assert browser.post(case.pair, {"keep": "first", "do": "merge", **counts}).location == case.path
    with db.reading(), scope.choose(case.second.scope):
        states = dict(session().execute(select(Application.id, Application.state)).all())
        assert states == {case.applied.id: ApplicationState.SENT, other.id: ApplicationState.WITHDRAWN}
        bodies = session().scalars(select(Message.body).where(Message.kind == "startups_merged")).all()
        assert all(f"{case.applied.reference} counts" in body for body in bodies)
        assert len(bodies) == len(queries.founder_ids(case.old.id)) == 5
    with db.reading(), scope.choose(case.second.scope):
        application = session().get_one(Application, case.applied.id)
        beside = [(row.reference, row.state) for row in earlier_applications(application, case.staff)]
        assert (other.reference, ApplicationState.WITHDRAWN) in beside and len(beside) == 2
    with db.transaction(), scope.everywhere():
        for row in session().scalars(select(Application)).all():
            row.synthetic = True
    with db.reading(), scope.choose(case.second.scope):
        application = session().get_one(Application, case.applied.id)
        assert [row.reference for row in earlier_applications(application, case.staff)] == [other.reference]


def test_what_a_startup_can_only_have_once_is_not_merged(browser: Browser, case: Case) -> None:
    with db.transaction(), scope.choose(case.first.scope):
        make_cohort_startup(case.first, startup=session().get_one(Startup, case.new.id))
    browser.sign_in(case.staff)
    assert "can&#39;t be merged" in browser.get(case.pair).text.replace("can't", "can&#39;t")
    page = browser.post(case.pair, {"keep": "first", "do": "merge", f"counts_{case.first.id}": "A-1"})
    assert page.status_code == 422 and "Both have something of which a startup can only have one" in page.text
    with db.reading():
        assert session().scalars(select(StartupMerge.id)).all() == []


def test_whoever_saw_another_state_is_asked_again(browser: Browser, case: Case) -> None:
    browser.sign_in(case.staff)
    version = browser.get(case.pair).text.partition('name="version" value="')[2].partition('"')[0]
    with db.transaction():
        session().get_one(Startup, case.new.id).one_line = "Something else."
    sent = {"keep": "first", "do": "merge", "version": version}
    page = browser.post(case.pair, sent)
    assert page.status_code == 422 and "This was saved in the meantime" in page.text
    with db.reading():
        assert session().scalars(select(StartupMerge.id)).all() == []


def test_two_firms_are_remembered_with_who_and_why(browser: Browser, case: Case) -> None:
    browser.sign_in(case.staff)
    assert "Say in a few words why" in browser.post(case.pair, {"do": "apart", "reason": " "}).text
    browser.post(case.pair, {"do": "apart", "reason": "A supplier of the same name."})
    assert pairs(case.first, case.staff) == []
    page = browser.get(case.path).text
    assert '<div class="panel empty">' in page and "A supplier of the same name." in page and case.staff.name in page
    assert browser.get(case.pair).status_code == 404
    with db.transaction(), scope.choose(case.first.scope):
        row = session().scalars(select(DistinctStartups)).one()
        assert (row.decided_by, row.reason) == (case.staff.id, "A supplier of the same name.")
        old, new = case.rows()
        keep_apart(new, old, reason="Again", actor=case.staff)
        acts = session().scalars(select(AuditEntry.action).where(AuditEntry.action == "startup.kept_apart")).all()
        assert acts == ["startup.kept_apart"]
        with pytest.raises(Refused, match="two firms"):
            merging.merge_startups(old, new, shown={}, counting={}, actor=case.staff)


def test_a_conflict_keeps_from_pair_count_and_merge(browser: Browser, case: Case) -> None:
    with db.transaction(), scope.choose(case.second.scope):
        db.add(
            Conflict(
                edition_id=case.second.id,
                application_id=case.applied.id,
                person_id=case.staff.id,
                kind=ConflictKind.FAMILY,
                declared_at=clock.now(),
            )
        )
    with pytest.raises(Refused, match="conflict of interest"):
        case.merge()
    page = browser.sign_in(case.staff).get(case.path).text
    assert case.new.name not in page and '<span class="n">' not in page
    with db.reading(), scope.choose(case.first.scope):
        application = merging.applications_of(case.rows()[0])[0]
        assert earlier_applications(application, case.staff) == []


@pytest.mark.parametrize("who", ["founder", "other team", "one team"])
def test_others_see_no_pair_and_no_merge(browser: Browser, case: Case, who: str) -> None:
    with db.transaction():
        people = {
            "founder": session().get_one(Person, case.founder.id),
            "other team": make_member(make_edition(), Role.ADMIN),
            "one team": make_member(case.first, Role.ADMIN),
        }
        person = people[who]
    browser.sign_in(person)
    assert browser.get(case.path).status_code == (200 if who == "one team" else 404)
    assert browser.get(case.pair).status_code == 404
    assert browser.post(case.pair, {"keep": "first", "do": "merge"}).status_code == 404
    assert pairs(case.first, person) == []
    merge_id = case.merge()
    assert browser.post(f"{case.path}/merges/{merge_id}/undo").status_code == 404


def test_a_sealed_call_is_not_compared(browser: Browser, case: Case) -> None:
    with db.transaction():
        session().get_one(Edition, case.first.id).sealed = True
    assert pairs(case.second, case.staff) == []
    assert "compared once it has closed" in browser.sign_in(case.staff).get(case.path).text


def test_the_pages_take_few_statements(browser: Browser, case: Case, count_queries: list[str]) -> None:
    browser.sign_in(case.staff)
    counted = []
    for _ in range(2):
        for path in (case.path, case.pair):
            count_queries.clear()
            assert browser.get(path).status_code == 200
            counted.append(len(count_queries))
        with db.transaction(), scope.choose(case.first.scope):
            for _number in range(3):
                make_application(case.first, startup=make_startup(name="Northbreath"))
    assert counted[:2] == counted[2:] and max(counted) <= 15


def test_merging_knows_every_table_with_a_startup(app: App) -> None:
    known = {(row.kind.__tablename__, row.column) for row in references()}
    own = {(kind.__tablename__, column.name) for kind in OWN for column in kind.__table__.c}
    refer = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column is Startup.__table__.c.id for key in column.foreign_keys)
        or column.name.removesuffix("_id") in ("startup", "party")
    }
    assert refer - known - own == set()
    assert known == {
        ("application", "startup_id"),
        ("claim", "party"),
        ("cohort_entry", "startup_id"),
        ("mentor_session", "startup_id"),
        ("metric", "startup_id"),
        ("milestone", "startup_id"),
        ("pitch", "startup_id"),
    }
    assert "startup_merge_row" not in {name for name, _column in refer} and StartupMergeRow.__life__.ends
