"""What the page says about where a conflict of interest ends, and that it does: in both languages, for a whole team."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.intake.models import Application
from accelerator.scoring.models import RoundState
from accelerator.selection.models import Choice
from tests.factories import Browser, make_cohort_startup, make_edition, make_member, make_startup
from tests.factories.mentoring import make_mentor, make_session
from tests.factories.progress import make_metrics, make_milestone
from tests.factories.scoring import make_assignment, make_conflict, make_reviewer
from tests.factories.selection import make_board_entry, make_board_round, make_decision

COVERS = {
    "en": (
        "A conflict covers the application, its reviews, its decision and everything estimated from "
        "them, for good. Totals of the edition, like its numbers of applications and places, open once "
        "the decision is out. It doesn't cover what a startup does once it has joined: people who can "
        "see its numbers, milestones and sessions still see them."
    ),
    "ja": (
        "利益相反の対象は、応募、その審査と選考結果、そしてそれらから計算されるすべてのもので、期限はありません。"
        "採択後のスタートアップの活動は対象外です。数値、マイルストーン、セッションは、閲覧できる人にはこれまでどおり表示されます。"
    ),
}


@pytest.fixture
def place(app):
    """A startup of the cohort whose application bars one of two of the team and a reviewer, with all that it has done."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        barred, free = (make_member(edition, Role.STAFF) for _ in range(2))
        firm = make_startup(name="Kurage Health", slug="kurage")
        startup, founder = make_cohort_startup(edition, startup=firm, reference="A-22222")
        application = session().query(Application).filter_by(startup_id=startup.id).one()
        round_ = make_board_round(edition)
        make_board_entry(round_, application, 4.31)
        make_decision(application, free, Choice.OFFER, reason="Canary reason")
        make_conflict(application, barred)
        milestone = make_milestone(edition, startup)
        make_metrics(edition, startup, founder)
        booked = make_session(make_mentor(edition), startup, founder)
    return edition, round_, barred, free, application, milestone, booked


@pytest.mark.parametrize("language", ["en", "ja"])
def test_wherever_a_conflict_is_declared_the_page_says_how_far_it_reaches(app, place, language) -> None:
    edition, round_, barred, *_, application, _milestone, _booked = place
    with db.transaction(), scope.choose(edition.scope):
        here = session().merge(round_)
        here.state = RoundState.OPEN
        reviewer = make_reviewer(here, edition)
        make_assignment(here, session().merge(application), reviewer)
    base = f"/editions/{edition.slug}"
    for person, page in ((barred, "conflicts"), (reviewer, "conflicts"), (reviewer, "reviews/A-22222/aside")):
        browser = Browser(app).sign_in(person)
        browser.post("/language", {"language": language, "next": "/home"})
        text = browser.get(f"{base}/{page}").text.replace("&#39;", "'")
        assert (page, COVERS[language] in " ".join(text.split())) == (page, True)


def test_what_it_covers_is_hidden_and_the_work_of_the_cohort_is_not(place, browser) -> None:
    edition, _round, barred, free, application, milestone, booked = place
    base, reference = f"/editions/{edition.slug}", application.reference
    for person in (free, barred):
        browser.sign_in(person)
        judged = (
            f"applications/{reference}",
            f"screening/{reference}",
            f"selection/{reference}",
            f"rounds/1/scores/{reference}",
        )
        assert [browser.get(f"{base}/{page}").status_code for page in judged] == [404 if person is barred else 200] * 4
        evidence = {
            "startups": "4.31",
            "selection": "Kurage Health",
            "selection/minutes": "Canary reason",
            "applications": reference,
            f"selection/compare?a={reference}": "4.31",
        }
        told = {page: words in browser.get(f"{base}/{page}").text for page, words in evidence.items()}
        assert told == dict.fromkeys(evidence, person is free)
        work = {
            "startups": "Kurage Health",
            "startups/kurage": "Kurage Health",
            "numbers": "Kurage Health",
            "milestones": "Kurage Health",
            f"milestones/{milestone.id}": milestone.title["en"],
            "sessions": "Kurage Health",
            f"sessions/{booked.reference}": "Kurage Health",
        }
        assert {page: words in browser.get(f"{base}/{page}").text for page, words in work.items()} == dict.fromkeys(
            work, True
        )
