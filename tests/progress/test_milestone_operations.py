"""Setting, handing in, reviewing, dropping milestones; templates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, scope, storage
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.core.pdf_check import examined
from accelerator.core.web import App
from accelerator.notifications.models import Message
from accelerator.progress.figures import Share
from accelerator.progress.models import MilestoneState
from accelerator.progress.operations import milestones as milestone_operations
from accelerator.progress.operations.templates import (
    add_template,
    apply_templates,
    change_template,
    create_templates,
    remove_template,
)
from accelerator.progress.queries import milestones as milestone_queries
from tests.factories import make_cohort_startup, make_edition, make_founder, make_member, make_person
from tests.factories.intake import pdf
from tests.factories.progress import make_evidence, make_milestone

M = MilestoneState
PDF = pdf(1)


def hand_in(milestone, actor, **values):
    milestone_operations.hand_in(
        milestone, **{"text": "Signed.", "url": None, "file": None, "result": None, "send": True, **values}, actor=actor
    )


def kinds(tx: Session) -> list[tuple[str, str]]:
    return [(row.kind, row.address) for row in tx.execute(select(Message.kind, Message.address).order_by(Message.id))]


def test_sending_in_stores_the_evidence_and_tells_the_team(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        staff = make_member(edition, Role.STAFF)
        make_member(make_edition(), Role.STAFF)
        milestone = make_milestone(edition, startup, unit="sites", target=1)
        hand_in(
            milestone,
            founder,
            url="https://example.org/a",
            file=milestone_operations.File("lease.pdf", storage.put(PDF)),
            result=2,
        )
        [evidence] = milestone.evidence
        assert (milestone.state, milestone.result, evidence.url, evidence.file_name) == (
            M.SENT_IN,
            2,
            "https://example.org/a",
            "lease.pdf",
        )
        assert storage.get(evidence.storage_key) == PDF
        assert kinds(tx) == [("milestone_sent_in", staff.email)]
        actions = tx.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions == ["progress.gave_evidence", "milestone.sent_in"]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"text": ""}, "text"), ({"url": "http://example.org"}, "url"), ({"url": "javascript:alert(1)"}, "url")],
)
def test_evidence_that_is_refused(tx: Session, values: dict, field: str):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        milestone = make_milestone(edition, startup)
        with pytest.raises(Refused) as refusal:
            hand_in(milestone, founder, **values)
        assert (refusal.value.field, milestone.evidence) == (field, [])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "Choose a PDF, PNG or JPEG file."),
        (b"", "This file is empty."),
        (PDF + b"0" * (20 * 1024 * 1024), "larger than 20 MB"),
        (pdf(extra=b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "this one contains scripts"),
        (PDF[: len(PDF) // 2], "This PDF can't be read."),
        (b"%PDF-1.7 lease %%EOF", "This PDF can't be read."),
    ],
    ids=["other", "empty", "large", "script", "cut off", "broken"],
)
def test_files_that_are_no_evidence(content: bytes, sentence: str):
    with pytest.raises(Refused, match=sentence) as refusal:
        milestone_operations.examine_evidence("a.pdf", content)
    assert refusal.value.field == "file"


def test_nothing_of_a_pdf_is_kept_but_its_pages(app: App):
    hidden = PDF.replace(b"trailer", b"99 0 obj\n<< /S /JavaScript /JS (app.alert) >>\nendobj\ntrailer")
    kept = storage.get(milestone_operations.examine_evidence("a.pdf", hidden).storage_key)
    assert (b"JavaScript" in kept, kept) == (False, examined(PDF).content)


@pytest.mark.parametrize("state", [M.ACHIEVED, M.DROPPED])
def test_nothing_comes_in_after_the_end(tx: Session, state: MilestoneState):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        milestone = make_milestone(edition, startup, state)
        with pytest.raises(Refused):
            hand_in(milestone, founder)


def test_achieved_counts_from_the_day_it_was_sent_in(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        staff = make_member(edition, Role.STAFF)
        # 16:00 UTC is the next day in Kobe.
        milestone = make_milestone(edition, startup, M.SENT_IN, sent_in_at=datetime(2020, 9, 17, 16, tzinfo=UTC))
        milestone_operations.review(milestone, edition, achieved=True, comment="", actor=staff)
        assert (milestone.state, milestone.achieved_on) == (M.ACHIEVED, date(2020, 9, 18))
        assert kinds(tx) == [("milestone_reviewed", founder.email)]
        milestone_operations.review(milestone, edition, achieved=False, comment="The lease is not signed.", actor=staff)
        assert (milestone.state, milestone.achieved_on) == (M.SENT_BACK, None)
        assert [(note.text, note.verdict) for note in milestone.comments] == [
            ("", "achieved"),
            ("The lease is not signed.", "sent_back"),
        ]


def test_sending_back_needs_a_comment(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, _ = make_cohort_startup(edition)
        staff = make_member(edition, Role.STAFF)
        milestone = make_milestone(edition, startup, M.SENT_IN)
        with pytest.raises(Refused) as refusal:
            milestone_operations.review(milestone, edition, achieved=False, comment="", actor=staff)
        assert (refusal.value.field, milestone.state) == ("comment", M.SENT_IN)


def test_only_what_was_sent_in_is_reviewed(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, _ = make_cohort_startup(edition)
        milestone = make_milestone(edition, startup)
        with pytest.raises(Refused):
            milestone_operations.review(
                milestone, edition, achieved=False, comment="No.", actor=make_member(edition, Role.STAFF)
            )


def test_sending_in_again_after_it_came_back(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        milestone = make_milestone(edition, startup, M.SENT_BACK)
        make_evidence(milestone, founder)
        hand_in(milestone, founder, text="")
        assert (milestone.state, len(milestone.evidence)) == (M.SENT_IN, 1)


def test_dropping_and_bringing_back(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        milestone = make_milestone(edition, startup)
        milestone_operations.drop(milestone, actor=founder)
        assert milestone.state is M.DROPPED
        milestone_operations.bring_back(milestone, actor=founder)
        assert milestone.state is M.PLANNED
        milestone.state = M.SENT_IN
        with pytest.raises(Refused):
            milestone_operations.drop(milestone, actor=founder)


def test_evidence_can_be_taken_back_until_it_is_all_there_is(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        milestone = make_milestone(edition, startup, M.SENT_IN)
        wrong, right = make_evidence(milestone, founder, "Wrong"), make_evidence(milestone, founder, "Right")
        milestone_operations.remove_evidence(wrong, actor=founder)
        tx.expire(milestone)
        assert [item.text for item in milestone.evidence] == ["Right"]
        with pytest.raises(Refused):
            milestone_operations.remove_evidence(right, actor=founder)


def test_an_own_milestone_and_its_refusals(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        stranger = make_founder(make_cohort_startup(edition)[0], make_person())
        values = {
            "title": {"en": "Two pilots"},
            "detail": "",
            "due_on": edition.demo_day_on,
            "unit": "pilots",
            "target": 2,
        }
        made = milestone_operations.add_milestone(startup, edition, **values, owner_id=founder.id, actor=founder)
        assert (made.name, made.owner_id, made.template_id) == ("Two pilots", founder.id, None)
        for wrong, field in (
            ({"owner_id": stranger.id}, "owner_id"),
            ({"due_on": edition.starts_on - timedelta(1), "owner_id": None}, "due_on"),
            ({"unit": None, "owner_id": None}, "unit"),
        ):
            with pytest.raises(Refused) as refusal:
                milestone_operations.add_milestone(startup, edition, **{**values, **wrong}, actor=founder)
            assert refusal.value.field == field


def test_templates_reach_every_startup_once_and_follow_only_while_planned(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        startups = [make_cohort_startup(edition)[0] for _ in range(2)]
        templates = create_templates(edition, actor=staff)
        assert apply_templates(edition, actor=staff) == (12, 0)
        assert apply_templates(edition, actor=staff) == (0, 0)
        milestone_queries.milestones_of(startups[0], edition)[0].state = M.SENT_IN
        first = templates[0]
        change_template(
            first, title={"en": "Start", "ja": "開始"}, detail=first.detail, due_on=first.due_on, actor=staff
        )
        assert apply_templates(edition, actor=staff) == (0, 1)
        assert [milestone_queries.milestones_of(startup, edition)[0].title["en"] for startup in startups] == [
            "Kick-off",
            "Start",
        ]
        with pytest.raises(Refused):
            create_templates(edition, actor=staff)
        with pytest.raises(Refused):
            remove_template(first, actor=staff)
        unused = add_template(edition, title=first.title, detail=first.detail, due_on=first.due_on, actor=staff)
        remove_template(unused, actor=staff)
        assert len(milestone_queries.milestone_templates(edition)) == 6


def test_counts_of_the_cohort(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, _ = make_cohort_startup(edition)
        today = milestone_queries.today(edition)
        make_milestone(edition, startup, M.ACHIEVED, due_on=today - timedelta(9), achieved_on=today - timedelta(9))
        make_milestone(edition, startup, M.ACHIEVED, due_on=today - timedelta(8), achieved_on=today - timedelta(7))
        late = make_milestone(edition, startup, due_on=today - timedelta(1))
        make_milestone(edition, startup, M.SENT_IN, due_on=today - timedelta(2))
        make_milestone(edition, startup, due_on=today)
        make_milestone(edition, startup, M.DROPPED, due_on=today - timedelta(3))
        empty, _ = make_cohort_startup(edition)
        first, second = sorted(milestone_queries.milestone_counts(edition), key=lambda row: row.startup_id)
        assert (first.total, first.done, first.to_review, first.late, first.open) == (5, 2, 1, 1, 2)
        assert first.next is not None
        assert first.next.milestone_id == late.id
        assert first.track == ["done", "done", "now", "late", "later"]
        assert (second.startup_id, second.total, second.next) == (empty.id, 0, None)
        known = milestone_queries.punctuality(edition)
        assert (known.on_time, known.late, known.open, known.waiting, known.due) == (1, 3, 1, 0, 4)
        assert known.share == Share(1, 4)
        make_milestone(edition, startup, M.SENT_IN, due_on=today - timedelta(1), sent_in_at=clock.now() - timedelta(2))
        known = milestone_queries.punctuality(edition)
        assert (known.on_time, known.late, known.open, known.waiting, known.due) == (1, 3, 1, 1, 5)
