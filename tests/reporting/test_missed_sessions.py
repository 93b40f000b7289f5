"""Who missed sessions, as the report counts it: a number where it is known of each, and else not known."""

from datetime import timedelta

from accelerator.core import clock, scope
from accelerator.mentoring.models import SessionState, Side
from accelerator.reporting.queries.running import mentoring_counts
from tests.factories import make_cohort_startup, make_edition
from tests.factories.reporting import make_meeting, make_mentor_line


def test_missed_sessions_are_counted_by_side_until_one_is_not_known(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        startup, _founder = make_cohort_startup(edition)
        mentor, now = make_mentor_line(edition), clock.now()

        def counts():
            known = mentoring_counts(edition, now)
            return known.absent_startups, known.absent_mentors

        assert counts() == (0, 0)
        make_meeting(edition, mentor, startup.id, now - timedelta(days=1))
        for days, side in ((2, Side.STARTUP), (3, Side.STARTUP), (4, Side.MENTOR)):
            make_meeting(edition, mentor, startup.id, now - timedelta(days=days), SessionState.MISSED, absent=side)
        assert counts() == (2, 1)
        make_meeting(edition, mentor, startup.id, now - timedelta(days=5), SessionState.MISSED)
        assert counts() == (None, None)
