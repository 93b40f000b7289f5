"""Ranking and the calibration of a round."""

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.outbox import JobRow
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred
from accelerator.scoring.calibration.calibrate import calibrate
from accelerator.scoring.models import Fit
from accelerator.scoring.operations import assigning, fitting
from accelerator.scoring.operations.fitting import ranks
from accelerator.scoring.queries import conflicts, ranking, rounds
from accelerator.scoring.rubric import DEFAULT_RUBRIC, total_so_far, weighted_total
from tests.factories import Browser, make_edition, make_member
from tests.factories.scoring import make_conflict, make_eligible, make_review, make_reviewer, make_round, marks
from workers import scoring as worker


def test_the_total_is_the_weighted_mean_and_nothing_before_all_is_marked():
    mixed = {**marks(3), "team": 5, "city": 1}
    assert weighted_total(DEFAULT_RUBRIC, mixed) == pytest.approx((25 * 5 + 65 * 3 + 10 * 1) / 100)
    assert weighted_total(DEFAULT_RUBRIC, {"team": 5}) is None
    assert weighted_total([], {}) is None
    assert total_so_far(DEFAULT_RUBRIC, {"team": 5, "problem": 2}) == pytest.approx((25 * 5 + 20 * 2) / 45)
    assert total_so_far(DEFAULT_RUBRIC, {}) is None


def test_equal_values_share_a_place():
    assert ranks({7: 3.0, 8: 4.0, 9: 3.0, 10: 1.0}) == {8: 1, 7: 2, 9: 2, 10: 4}


@pytest.fixture
def scored(app):
    """Six reviewers who all read six applications; the first reviewer is a point stricter; three places."""
    with db.transaction(), scope.choose((edition := make_edition(places=3)).scope):
        round_ = make_round(edition, reads=6)
        reviewers = [make_reviewer(round_, edition) for _ in range(6)]
        applications = [make_eligible(edition) for _ in range(6)]
        assigning.ensure_entries(round_)
        for quality, application in enumerate(applications):
            for number, reviewer in enumerate(reviewers):
                mark = min(5, max(1, 2 + quality // 2 - (number == 0) + (quality + number) % 2))
                make_review(round_, application, reviewer, mark)
        staff = make_member(edition, Role.STAFF)
    return edition, round_, reviewers, applications, staff


def fit(edition, round_):
    with scope.choose(edition.scope):
        worker.fit_ranking("0" * 32, round_id=round_.id)


def test_a_fit_fills_standings_and_says_how(scored):
    edition, round_, reviewers, applications, _staff = scored
    fit(edition, round_)
    with db.reading(), scope.choose(edition.scope):
        found = rounds.latest_fit(round_)
        assert (found.method, found.reason, found.scores, found.places, found.stale) == ("reml", None, 36, 3, False)
        assert set(found.variances) == {"application", "reviewer", "residual"}
        assert set(found.reliability) == {"icc", "icc_calibrated", "alpha", "groups", "unread"}
        strictest = max(found.reviewers, key=lambda effect: effect["severity"])
        assert (strictest["reviewer"], strictest["reads"]) == (reviewers[0].id, 6)
        rows = ranking.ranked(round_, None)
        assert [row.rank for row in rows] == sorted(row.rank for row in rows)
        assert {row.application_id for row in rows} == {application.id for application in applications}
        assert all(row.low < row.adjusted < row.high for row in rows)
        assert sum(row.chance for row in rows) == pytest.approx(3.0)
        assert all(row.reads == 6 for row in rows)


def test_a_second_fit_gives_the_same_and_replaces_the_first(scored):
    edition, round_, *_ = scored
    fit(edition, round_)
    with db.reading(), scope.choose(edition.scope):
        before = ranking.ranked(round_, None)
    fit(edition, round_)
    with db.reading(), scope.choose(edition.scope):
        assert ranking.ranked(round_, None) == before
        assert len(db.session().scalars(select(Fit.id)).all()) == 1


def test_a_withdrawn_application_has_no_rank_but_still_tells_of_its_reviewers(scored):
    edition, round_, _reviewers, (gone, *_rest), _staff = scored
    fit(edition, round_)
    with db.transaction(), scope.choose(edition.scope):
        conflicts.judged_application(edition, gone.reference).state = ApplicationState.WITHDRAWN
    fit(edition, round_)
    with db.reading(), scope.choose(edition.scope):
        assert rounds.latest_fit(round_).scores == 36
        rows = ranking.ranked(round_, None)
        assert len(rows) == 5
        assert sum(row.chance for row in rows) == pytest.approx(3.0)
        assert ranking.entry_of(round_, gone).rank is None


def test_a_review_saved_while_it_computes_leaves_the_fit_stale(scored):
    edition, round_, (reviewer, *_), _applications, _staff = scored
    with db.reading(), scope.choose(edition.scope):
        known = ranking.scores(round_)
    answer = calibrate(known, places=3)
    with db.transaction(), scope.choose(edition.scope):
        ours = rounds.round_by_number(edition, 1)
        assigning.ensure_entries(ours)
        make_review(ours, make_eligible(edition), reviewer)
    with db.transaction(), scope.choose(edition.scope):
        ours = rounds.round_by_number(edition, 1)
        assert fitting.store_fit(ours, answer, scores=known, places=3).stale is True


def test_without_a_score_there_is_a_fit_without_ranks(app):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        make_eligible(edition)
        assigning.ensure_entries(round_)
    fit(edition, round_)
    with db.reading(), scope.choose(edition.scope):
        assert (rounds.latest_fit(round_).method, rounds.latest_fit(round_).reason) == ("mean", "no_scores")
        assert [(row.rank, row.adjusted) for row in ranking.ranked(round_, None)] == [(None, None)]


def test_few_reviewers_fall_back_to_the_mean_and_the_page_says_so(app, browser):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        staff, reviewers = make_member(edition, Role.STAFF), [make_reviewer(round_, edition) for _ in range(2)]
        application = make_eligible(edition)
        assigning.ensure_entries(round_)
        for mark, reviewer in zip((2, 5), reviewers, strict=True):
            make_review(round_, application, reviewer, mark)
    fit(edition, round_)
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/rounds/1/method").text
    assert "there are fewer than five reviewers." in page


def test_the_method_page_shows_figures_to_the_team_alone(scored, browser):
    edition, round_, reviewers, _applications, staff = scored
    fit(edition, round_)
    address = f"/editions/{edition.slug}/rounds/1/method"
    team = browser.sign_in(staff).get(address).text
    assert "Severity of the reviewer" in team
    assert "Krippendorff" in team
    assert all(reviewer.family_name in team for reviewer in reviewers)
    plain = Browser(browser.app).sign_in(reviewers[0]).get(address).text
    assert "25.9%" in plain
    for hidden in ("Krippendorff", reviewers[1].family_name, "Calculate now"):
        assert hidden not in plain


FIGURES = ("Krippendorff", "Severity of the reviewer", "Places that change hands", "± ")


def test_figures_of_all_reviews_are_kept_from_whom_an_application_bars_for_good(scored, browser):
    edition, round_, reviewers, (first, second, *_), staff = scored
    with db.transaction():
        free = make_member(edition, Role.STAFF)
    fit(edition, round_)
    with db.transaction(), scope.choose(edition.scope):
        found = rounds.latest_fit(round_)
        found.swaps = {"entering": [first.id], "leaving": [second.id]}
        found.reviewers = [{**effect, "reads": 8} for effect in found.reviewers]
        make_conflict(first, staff)
    address, seen = f"/editions/{edition.slug}/rounds/1/method", []
    for person in (free, staff):
        page = browser.sign_in(person).get(address).text
        seen.append([word in page for word in (*FIGURES, second.reference, reviewers[1].family_name)])
    assert seen == [[True] * 6, [False] * 6]
    assert "These figures are estimated from all reviews and would give away something" in page
    with db.transaction(), scope.choose(edition.scope):
        db.session().get_one(Application, first.id).state = ApplicationState.DECLINED
    page = browser.get(address).text
    assert [word in page for word in (*FIGURES, first.reference, second.reference)] == [False] * 6


def test_the_button_asks_for_a_fit(scored, browser):
    edition, _round, (reviewer, *_), _applications, staff = scored
    address = f"/editions/{edition.slug}/rounds/1/fit"
    assert Browser(browser.app).sign_in(reviewer).post(address).status_code == 404
    assert browser.sign_in(staff).post(address).status_code == 302
    with db.reading():
        asked = db.session().scalars(select(JobRow.asked_by).where(JobRow.name == "scoring.fit_ranking")).all()
        assert staff.id in asked


def test_the_board_costs_one_statement(scored, count_queries):
    edition, round_, *_rest, staff = scored
    with db.reading(), scope.choose(edition.scope):
        assert barred(edition.id, staff.id) == []  # every page asks for it once, whatever it shows
        count_queries.clear()
        assert len(ranking.ranked(round_, staff)) == 6
        assert len(count_queries) == 1
