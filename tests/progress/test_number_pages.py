"""The pages of numbers: a founder's form, one's own only, the cohort without pointing at anybody."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.web import App
from accelerator.programmes.models import Edition
from accelerator.progress.models import MetricValue, ValueStatus
from accelerator.progress.operations.metrics import send_numbers
from accelerator.progress.queries.metrics import latest_values
from accelerator.progress.weeks import WEEK, week_end
from accelerator.startups.models import Startup
from tests.factories import Browser, make_cohort_startup, make_edition, make_member
from tests.factories.progress import make_metrics, this_friday

ALL = {"USERS_ACT": "１２６", "CUST_PAY": "3", "REV_M": "¥412,000", "RUNWAY": "", "EMP_FT": "2"}


def grow(edition, last: int):
    """A startup that told its users twice: 100, then ``last``."""
    edition = db.session().get_one(Edition, edition.id)
    startup, founder = make_cohort_startup(edition)
    make_metrics(edition, startup, founder)
    for week, users in ((-1, 100), (0, last)):
        send_numbers(
            startup,
            edition,
            as_of=this_friday(edition) + WEEK * week,
            values={"USERS_ACT": Decimal(users)},
            note="",
            actor=founder,
        )
    return startup, founder


@pytest.fixture
def scene(app: App) -> dict:
    """A running edition with one startup that has told its users twice."""
    monday = week_end(clock.now().astimezone(ZoneInfo("Asia/Tokyo")).date()) - timedelta(4)
    with db.transaction():
        edition = make_edition(starts_on=monday - WEEK * 4, coaching_ends_on=monday + WEEK * 4)
        with scope.choose(edition.scope):
            startup, founder = grow(edition, 117)
            _, rival = make_cohort_startup(edition)
            people = {role.value: make_member(edition, role) for role in (Role.STAFF, Role.MENTOR, Role.PARTNER)}
        people["other_staff"] = make_member(make_edition(), Role.STAFF)
    return {
        "edition": edition,
        "startup": startup,
        "founder": founder,
        "rival": rival,
        "path": f"/editions/{edition.slug}/numbers",
        **people,
    }


def values(scene: dict) -> list[MetricValue]:
    with db.reading():
        return list(db.session().scalars(select(MetricValue).order_by(MetricValue.id)))


def test_the_form_shows_what_was_sent_last(scene: dict, app: App):
    page = Browser(app).sign_in(scene["founder"]).get(scene["path"]).text
    assert ("Last: 117 on" in page, 'value="117"' in page, "+17 since week 4" in page) == (True, True, True)


def test_sending_numbers_as_people_type_them(scene: dict, app: App):
    browser = Browser(app).sign_in(scene["founder"])
    day = this_friday(scene["edition"]).isoformat()
    assert browser.post(scene["path"], {**ALL, "as_of": day, "note": "Two wards"}).status_code == 302
    with db.reading(), scope.choose(scene["edition"].scope):
        series = {item.metric.code: item.values for item in latest_values(scene["startup"], scene["edition"])}
    assert series == {"USERS_ACT": [100, 126], "CUST_PAY": [3], "REV_M": [412000], "RUNWAY": [], "EMP_FT": [2]}
    assert "¥412,000" in browser.get(scene["path"]).text


def test_what_cannot_be_read_is_kept_and_named(scene: dict, app: App):
    before = len(values(scene))
    answer = (
        Browser(app)
        .sign_in(scene["founder"])
        .post(
            scene["path"],
            {**ALL, "CUST_PAY": "many", "EMP_FT": "2.5", "as_of": this_friday(scene["edition"]).isoformat()},
        )
    )
    assert (
        answer.status_code,
        "Enter “Paying customers” as a number, like 4200 or 3.5." in answer.text,
        'value="many"' in answer.text,
    ) == (422, True, True)
    assert len(values(scene)) == before


def test_a_week_that_is_not_offered_is_refused(scene: dict, app: App):
    answer = Browser(app).sign_in(scene["founder"]).post(scene["path"], {**ALL, "as_of": "2019-01-04"})
    assert (answer.status_code, "Choose one from the list." in answer.text) == (422, True)


def test_a_rule_of_the_programme_is_shown_beside_the_number(scene: dict, app: App):
    answer = (
        Browser(app)
        .sign_in(scene["founder"])
        .post(scene["path"], {**ALL, "EMP_FT": "2.5", "as_of": this_friday(scene["edition"]).isoformat()})
    )
    assert (answer.status_code, 'id="EMP_FT-e1"' in answer.text, 'value="2.5"' in answer.text) == (422, True, True)


def test_who_sees_a_startups_numbers(scene: dict, app: App):
    one = f"{scene['path']}?startup={scene['startup'].slug}"
    answers = {
        who: Browser(app).sign_in(scene[who]).get(one).status_code
        for who in ("founder", "staff", "rival", "mentor", "partner", "other_staff")
    }
    assert answers == {"founder": 200, "staff": 200, "rival": 404, "mentor": 404, "partner": 404, "other_staff": 404}
    assert Browser(app).get(one).status_code == 302
    page = f"{scene['path']}/values/{values(scene)[0].id}"
    answers = {
        who: Browser(app).sign_in(scene[who]).get(page).status_code for who in ("founder", "staff", "rival", "partner")
    }
    assert answers == {"founder": 200, "staff": 200, "rival": 404, "partner": 404}


def test_partners_see_a_cohort_of_five_and_nothing_smaller(scene: dict, app: App):
    partner, staff = Browser(app).sign_in(scene["partner"]), Browser(app).sign_in(scene["staff"])
    with db.transaction(), scope.choose(scene["edition"].scope):
        for last in (110, 120, 131):
            grow(scene["edition"], last)
    assert ('<td class="num">131</td>' in staff.get(scene["path"]).text, "131" in partner.get(scene["path"]).text) == (
        True,
        False,
    )
    with db.transaction(), scope.choose(scene["edition"].scope):
        grow(scene["edition"], 140)
    page = partner.get(scene["path"]).text
    assert ('<td class="num">120</td>' in page, scene["startup"].name in page) == (True, False)


def test_correcting_and_verifying(scene: dict, app: App):
    founder, staff = Browser(app).sign_in(scene["founder"]), Browser(app).sign_in(scene["staff"])
    path = f"{scene['path']}/values/{values(scene)[1].id}"
    bad = founder.post(path, {"number": "118", "note": ""})
    assert (bad.status_code, 'value="118"' in bad.text) == (422, True)
    assert founder.post(path, {"number": "118", "note": "Counted twice"}).status_code == 302
    page = founder.get(scene["path"]).text
    assert ("<s>117</s>" in page, "Counted twice" in page) == (True, True)
    newest = values(scene)[-1]
    there = f"{scene['path']}/values/{newest.id}/verified"
    assert founder.post(there, {"verified": "yes"}).status_code == 404
    assert staff.post(there, {"verified": "yes"}).status_code == 302
    assert values(scene)[-1].status is ValueStatus.VERIFIED
    assert founder.get(path).status_code == 200


def test_setting_numbers_up(scene: dict, app: App):
    assert Browser(app).sign_in(scene["founder"]).post(f"{scene['path']}/set-up").status_code == 404
    assert Browser(app).sign_in(scene["staff"]).post(f"{scene['path']}/set-up").status_code == 302
    page = Browser(app).sign_in(scene["rival"]).get(scene["path"]).text
    assert "Monthly revenue (EUR)" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_statements_stays(scene: dict, app: App, count_queries: list[str], rows: int):
    with db.transaction(), scope.choose(scene["edition"].scope):
        for _ in range(rows):
            grow(scene["edition"], 90)
        for number in range(rows):
            send_numbers(
                db.session().get_one(Startup, scene["startup"].id),
                scene["edition"],
                as_of=this_friday(scene["edition"]),
                note="",
                actor=scene["founder"],
                values={"USERS_ACT": Decimal(number + 91)},
            )
    found = []
    for who in ("staff", "founder"):
        browser = Browser(app).sign_in(scene[who])
        count_queries.clear()
        assert browser.get(scene["path"]).status_code == 200
        found.append(len(count_queries))
    assert found == [8, 6]
