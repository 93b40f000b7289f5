"""The demonstration: reported facts come out exactly, the rest is synthetic and the same every time."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from accelerator.accounts.models import Person
from accelerator.core import clock, db, scope
from accelerator.core.installation import entered
from accelerator.core.web import App
from accelerator.demo_day.models import Interest, Phase, Pitch, Show
from accelerator.demo_edition import crowd, facts, load
from accelerator.demo_edition.chosen import SECTORS
from accelerator.demo_edition.moments import MOMENTS
from accelerator.intake.answers import meter
from accelerator.intake.models import COUNTED, Application, ApplicationState, Revision
from accelerator.intake.queries import forms
from accelerator.mentoring.models import Claim, Session, SessionState
from accelerator.programmes.models import Edition, Figure, Sector
from accelerator.programmes.queries import edition_by_slug
from accelerator.screening.models import EligibilityRule, Outcome, RuleResult
from accelerator.selection.queries.cohort import cohort
from config import Settings
from tests.services import demonstration
from tests.services.databases import empty


@pytest.fixture(scope="module")
def loaded(_built: App, _engine: Engine, settings: Settings) -> Iterator[None]:
    """The demonstration in the database, for every test of this file: they look and change nothing that others read."""
    with entered(_built.installation):
        demonstration.fill(settings.instance)
        yield
    empty(_engine)


def test_plan_has_the_reported_numbers_and_no_name_twice() -> None:
    everybody = crowd.applicants()
    reported = facts.facts()["applications"]
    assert (len(everybody), sum(one.country != "JP" for one in everybody)) == (reported["total"], reported["overseas"])
    assert len({one.name for one in everybody}) == len(everybody)
    assert everybody == crowd.applicants()


def test_cohort_has_the_reported_origin_and_sectors() -> None:
    chosen = [applicant for applicant in crowd.applicants() if applicant.chosen]
    selected, categories = facts.facts()["selected"], facts.facts()["categories"]
    assert (len(chosen), sum(one.country == "JP" for one in chosen)) == (selected["total"], selected["japan"])
    assert Counter(SECTORS[one.sector]["en"] for one in chosen) == Counter(categories)


def test_every_moment_holds_what_was_reported(loaded: None) -> None:
    with db.reading() as session:
        for moment in MOMENTS:
            edition = edition_by_slug(moment.slug)
            assert edition is not None
            dates = facts.facts()["dates"]
            assert [
                str(day)
                for day in (
                    edition.announced_on,
                    edition.decisions_on,
                    edition.starts_on,
                    edition.coaching_ends_on,
                    edition.demo_day_on,
                )
            ] == [dates[name] for name in ("announced", "selected", "start", "coaching_end", "demo_day")]
            with scope.choose(edition.scope):
                sent = select(Application.country, func.count(Application.id)).where(Application.state.in_(COUNTED))
                by_country = dict(session.execute(sent.group_by(Application.country)).all())
                if moment.stage > 1:
                    assert (sum(by_country.values()), by_country["JP"]) == (237, 75)
                joined = cohort(edition)
                assert len(joined) == (17 if moment.stage > 2 else 0)


def test_what_was_sent_is_complete_and_what_the_draft_says(loaded: None) -> None:
    with db.reading() as session:
        edition = edition_by_slug("kobe-2020")
        assert edition is not None
        with scope.choose(edition.scope):
            form = forms.current_form(edition)
            assert form is not None
            plain = forms.plain_form(form)
            sent = select(Application.answers, Revision.answers).join(Revision)
            for answers, frozen in session.execute(sent):
                assert meter.kept(plain, answers) == frozen
                assert [one.problems for one in meter.overview(plain, frozen, date(2020, 7, 31)) if not one.done] == []


def test_cohort_in_the_database_matches_the_categories(loaded: None) -> None:
    with db.reading() as session:
        edition = edition_by_slug("kobe-2020")
        assert edition is not None
        with scope.choose(edition.scope):
            names = session.scalars(
                select(Sector.name)
                .join(Application, Application.sector_id == Sector.id)
                .where(Application.state == ApplicationState.JOINED)
            )
            assert Counter(name["en"] for name in names) == Counter(facts.facts()["categories"])


def test_reported_figures_are_kept_apart_and_bounded(loaded: None) -> None:
    with db.reading() as session:
        edition = edition_by_slug("kobe-2020")
        assert edition is not None
        with scope.choose(edition.scope):
            past = {
                figure.code: (figure.value, figure.unit, figure.lower_bound)
                for figure in session.scalars(select(Figure).where(Figure.year.is_(None)))
            }
    assert past == {
        "past_companies": (71, "count", False),
        "past_raised": (110_000_000, "USD", True),
        "cluster_collaborations": (2, "count", False),
        "located_in_kobe": (4, "count", False),
    }


def test_booked_sessions_claim_every_five_minutes_of_both_sides(loaded: None) -> None:
    with db.reading() as session, scope.everywhere():
        assert len(set(session.scalars(select(Session.state)))) == 3
        numbers = select(Claim.session_id, func.count(Claim.tick)).group_by(Claim.session_id)
        booked = set(session.scalars(select(Session.id).where(Session.state == SessionState.BOOKED)))
        assert set(dict(session.execute(numbers).all())) == booked
        # 30 minutes of the startup, 30 and a buffer of 5 of the mentor.
        assert set(dict(session.execute(numbers).all()).values()) == {13}
        assert SessionState.BOOKED in set(session.scalars(select(Session.state)))


@pytest.mark.parametrize(
    ("slug", "phase", "on_stage", "begun", "over"),
    [
        ("kobe-2020-running", Phase.BEFORE, None, 0, 0),
        ("kobe-2020-demo-day", Phase.PITCH, 6, 6, 5),
        ("kobe-2020", Phase.CLOSED, None, 17, 17),
    ],
)
def test_demo_day_has_come_as_far_as_its_clock(
    loaded: None, slug: str, phase: Phase, on_stage: int | None, begun: int, over: int
) -> None:
    with db.reading() as session:
        edition = edition_by_slug(slug)
        assert edition is not None
        with scope.choose(edition.scope):
            show = session.scalars(select(Show)).one()
            assert (show.state, show.pitch.position if show.pitch else None) == (phase, on_stage)
            counts = select(func.count(Pitch.started_at), func.count(Pitch.ended_at), func.max(Pitch.started_at))
            started, ended, last = session.execute(counts).one()
            assert (started, ended) == (begun, over)
            assert last is None or last <= clock.now()
            shown = session.scalars(select(Interest.shown_at)).all()
            assert all(at <= clock.now() for at in shown)
            assert bool(shown) == (begun > 0)


def test_people_are_marked_as_synthetic_and_can_not_get_mail(loaded: None) -> None:
    with db.reading() as session:
        people = list(session.scalars(select(Person)))
        assert {person.synthetic for person in people} == {True}
        assert {person.email.rsplit(".", 1)[1] for person in people} == {"example"}
        known = {person.email for person in people}
    assert {email for _, email in load.sign_ins()} <= known


def test_clocks_start_anew(loaded: None) -> None:
    with db.transaction() as session:
        assert load.is_loaded()
        session.query(Edition).update({"ahead_seconds": 0})
        load.set_clocks()
    with db.reading() as session:
        ahead = list(session.scalars(select(Edition.ahead_seconds).order_by(Edition.id)))
    assert ahead == sorted(ahead) and ahead[-1] < 0


def test_the_rules_pass_every_application_as_they_did_before_they_were_data(loaded: None) -> None:
    with db.reading() as session:
        edition = edition_by_slug("kobe-2020-scoring")
        assert edition is not None
        with scope.choose(edition.scope):
            told = session.execute(select(EligibilityRule.key, RuleResult.outcome).join(RuleResult.rule)).all()
    keys = ("complete", "declarations", "track", "not_excluded", "deck", "age", "place")
    assert Counter(map(tuple, told)) == {(key, Outcome.PASS): 237 for key in keys}
