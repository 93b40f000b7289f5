"""The background work of screening can be repeated and reports how far it is."""

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.outbox import JobRow
from accelerator.intake.models import ApplicationState
from accelerator.screening.models import RuleResult
from accelerator.screening.operations import editing, running
from accelerator.screening.queries import cases
from tests.factories import make_application, make_edition, make_member
from workers import screening


def test_running_all_rules_twice_leaves_one_result_each(app) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            editing.create_rules(edition, actor=staff)
            for _number in range(27):
                make_application(edition)
            make_application(edition, ApplicationState.DRAFT)
            job_id = running.run_all_rules(edition, actor=staff)
    for _time in range(2):
        with scope.choose(edition.scope):
            screening.run_rules(job_id, edition_id=edition.id)
    with db.reading() as opened:
        assert opened.query(RuleResult).count() == 27 * 7
        job = opened.get_one(JobRow, job_id)
        assert (job.done, job.total) == (27, 27)


def test_what_was_sent_is_checked_and_what_was_withdrawn_is_not(app) -> None:
    with db.transaction():
        edition = make_edition()
    with db.transaction(), scope.choose(edition.scope):
        editing.create_rules(edition, actor=None)
        sent, gone = make_application(edition), make_application(edition, ApplicationState.WITHDRAWN)
    for application in (sent, gone):
        with db.transaction(), scope.choose(edition.scope):
            screening.after_sending(application.id)
    with db.reading(), scope.choose(edition.scope):
        assert len(cases.results(sent)) == 7
        assert cases.results(gone) == []
