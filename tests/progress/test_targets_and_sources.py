"""Targets, directions and sources of numbers: what they do on the pages, in the file, and who may set them."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.progress.models import Direction, Metric, MetricValue
from accelerator.progress.operations import metrics
from accelerator.progress.weeks import WEEK, week_end
from tests.factories import Browser, make_cohort_startup, make_edition, make_member
from tests.factories.progress import make_metrics, this_friday


@pytest.fixture
def scene(app: App) -> dict:
    """A running edition; its startup told its users twice, 100 and 120."""
    monday = week_end(clock.now().astimezone(ZoneInfo("Asia/Tokyo")).date()) - timedelta(4)
    with db.transaction():
        edition = make_edition(starts_on=monday - WEEK * 4, coaching_ends_on=monday + WEEK * 4)
        with scope.choose(edition.scope):
            startup, founder = make_cohort_startup(edition)
            metric = make_metrics(edition, startup, founder)["USERS_ACT"]
            for week, users in ((-1, 100), (0, 120)):
                metrics.send_numbers(
                    startup,
                    edition,
                    as_of=this_friday(edition) + WEEK * week,
                    values={"USERS_ACT": Decimal(users)},
                    note="",
                    source="Ledger",
                    actor=founder,
                )
            _, rival = make_cohort_startup(edition)
            people = {role.value: make_member(edition, role) for role in (Role.STAFF, Role.MENTOR, Role.PARTNER)}
        people["other_staff"] = make_member(make_edition(), Role.STAFF)
    path = f"/editions/{edition.slug}/numbers"
    return {
        "edition": edition,
        "startup": startup,
        "founder": founder,
        "rival": rival,
        "path": path,
        "target": f"{path}/targets/{metric.id}",
        **people,
    }


def said(page: str) -> str:
    page = re.sub(r"<svg.*?</svg>", "", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("direction", "target", "words"),
    [
        ("up", "200", "+20 since week 4 · improving Target 200, 20% of the way from 100"),
        ("up", "１２０", "+20 since week 4 · improving Target 120, reached"),
        ("up", "", "+20 since week 4 · improving Source: Ledger"),
        ("down", "50", "+20 since week 4 · worsening Target 50, 0% of the way from 100"),
        ("down", "110", "+20 since week 4 · worsening Target 110, not reached"),
    ],
)
def test_target_and_direction_are_seen_beside_the_value(scene: dict, app: App, direction: str, target: str, words: str):
    founder = Browser(app).sign_in(scene["founder"])
    assert founder.post(scene["target"], {"direction": direction, "target": target}).status_code == 302
    pages = [founder.get(scene["path"]).text]
    pages.append(Browser(app).sign_in(scene["staff"]).get(f"{scene['path']}?startup={scene['startup'].slug}").text)
    assert [words in said(page) for page in pages] == [True, True]


def test_who_sets_a_target(scene: dict, app: App):
    sent = {"direction": "up", "target": "500"}
    answers = {
        who: Browser(app).sign_in(scene[who]).post(scene["target"], sent).status_code
        for who in ("founder", "staff", "rival", "mentor", "partner", "other_staff")
    }
    assert answers == {"founder": 302, "staff": 302, "rival": 404, "mentor": 404, "partner": 404, "other_staff": 404}
    assert Browser(app).sign_in(scene["rival"]).get(scene["target"]).status_code == 404


def test_a_target_that_can_not_be_is_refused_by_name(scene: dict, app: App):
    staff = Browser(app).sign_in(scene["staff"])
    for typed, sentence in (
        ("many", "Enter “Target” as a number, like 4200 or 3.5."),
        ("-3", "“Active users” can't be below zero."),
        ("2.5", "Enter “Active users” as a whole number, like 4200."),
    ):
        answer = staff.post(scene["target"], {"direction": "up", "target": typed})
        assert (answer.status_code, sentence in unescape(answer.text)) == (422, True)
    unsaid = staff.post(scene["target"], {"direction": "sideways", "target": "3"})
    assert unsaid.status_code == 422


def test_the_source_stands_beside_the_value_and_in_the_file(scene: dict, app: App):
    founder, staff = Browser(app).sign_in(scene["founder"]), Browser(app).sign_in(scene["staff"])
    page = founder.get(scene["path"]).text
    assert ("Source: Ledger" in page, page.count("<td>Ledger</td>")) == (True, 2)
    for who in (founder, staff):
        lines = who.get(f"{scene['path']}.csv").get_data(as_text=True).splitlines()
        assert [line.split(",")[3:9] for line in lines[1:]] == [
            [value, "", "Higher is better", "", "Reported", "Ledger"] for value in ("100.0", "120.0")
        ]


def test_the_table_of_a_value_is_named_by_its_day_in_plain_text(scene: dict, app: App):
    with db.reading(), scope.choose(scene["edition"].scope):
        value = db.session().scalar(select(MetricValue).order_by(MetricValue.id.desc()).limit(1))
    page = Browser(app).sign_in(scene["founder"]).get(f"{scene['path']}/values/{value.id}").text
    [label] = re.findall(r'<div class="table-wrap" role="region" tabindex="0" aria-label="([^"]*)">', page)
    [caption] = re.findall(r"<caption>(.*?)</caption>", page, flags=re.S)
    assert (label, said(page).count(label)) == (said(caption), 1)


def test_who_gets_the_file(scene: dict, app: App):
    path = f"{scene['path']}.csv"
    answers = {who: Browser(app).sign_in(scene[who]).get(path) for who in ("rival", "mentor", "partner", "other_staff")}
    assert {who: answer.status_code for who, answer in answers.items()} == {
        "rival": 200,
        "mentor": 404,
        "partner": 404,
        "other_staff": 404,
    }
    assert len(answers["rival"].get_data(as_text=True).splitlines()) == 1


def test_the_same_number_with_a_source_or_a_note_keeps_them(scene: dict, app: App):
    founder = Browser(app).sign_in(scene["founder"])
    day = this_friday(scene["edition"]).isoformat()
    for source, note in (("Ledger", ""), ("Bank", ""), ("Bank", "Two wards"), ("", "")):
        sent = {"as_of": day, "USERS_ACT": "120", "source": source, "note": note}
        assert founder.post(scene["path"], sent).status_code == 302
    with db.reading():
        rows = db.session().scalars(select(MetricValue).where(MetricValue.as_of == this_friday(scene["edition"])))
        assert [(row.source, row.note) for row in rows] == [("Ledger", ""), ("Bank", ""), ("Bank", "Two wards")]


def confirmed(page: str) -> list[str]:
    return re.findall(r'name="confirmed" value="([^"]+)"', page)


def test_a_jump_is_asked_back_once(scene: dict, app: App):
    founder = Browser(app).sign_in(scene["founder"])
    sent = {"as_of": this_friday(scene["edition"]).isoformat(), "USERS_ACT": "５０１"}
    first = founder.post(scene["path"], sent)
    question = "“Active users” was 100 on"
    assert (first.status_code, question in first.text, confirmed(first.text)) == (422, True, ["USERS_ACT:501"])
    other = founder.post(scene["path"], sent | {"USERS_ACT": "1200", "confirmed": confirmed(first.text)})
    assert (other.status_code, confirmed(other.text)) == (422, ["USERS_ACT:1200"])
    assert founder.post(scene["path"], sent | {"confirmed": confirmed(first.text)}).status_code == 302
    assert founder.post(scene["path"], sent).status_code == 302


@pytest.mark.parametrize(("value", "asks"), [("500", False), ("501", True), ("20", False), ("19", True), ("0", True)])
def test_how_far_is_a_jump(scene: dict, app: App, value: str, asks: bool):
    sent = {"as_of": this_friday(scene["edition"]).isoformat(), "USERS_ACT": value}
    answer = Browser(app).sign_in(scene["founder"]).post(scene["path"], sent)
    assert answer.status_code == (422 if asks else 302)


def test_a_correction_that_jumps_is_asked_back_once(scene: dict, app: App):
    founder = Browser(app).sign_in(scene["founder"])
    with db.reading():
        newest = db.session().scalars(select(MetricValue.id).order_by(MetricValue.id.desc())).first()
    path, sent = f"{scene['path']}/values/{newest}", {"number": "1200", "note": "A zero was missing"}
    asked = founder.post(path, sent)
    assert (asked.status_code, 'id="number-e1"' in asked.text) == (422, True)
    assert founder.post(path, sent | {"confirmed": confirmed(asked.text)}).status_code == 302


def test_no_other_way_stores_a_jump_unasked(scene: dict):
    with db.transaction(), scope.choose(scene["edition"].scope):
        edition, startup = db.session().merge(scene["edition"]), db.session().merge(scene["startup"])
        with pytest.raises(Refused) as caught:
            metrics.send_numbers(
                startup,
                edition,
                as_of=this_friday(edition),
                values={"USERS_ACT": Decimal(700)},
                note="",
                actor=scene["founder"],
            )
        assert caught.value.field == "USERS_ACT"


def test_each_error_names_its_field(scene: dict, app: App):
    sent = {"as_of": this_friday(scene["edition"]).isoformat(), "USERS_ACT": "-1", "CUST_PAY": "two", "EMP_FT": "1.5"}
    founder = Browser(app).sign_in(scene["founder"])
    assert "Enter “Paying customers” as a number" in founder.post(scene["path"], sent).text
    page = unescape(founder.post(scene["path"], sent | {"CUST_PAY": "2"}).text)
    assert "“Active users” can't be below zero." in page
    page = unescape(founder.post(scene["path"], sent | {"CUST_PAY": "2", "USERS_ACT": "120"}).text)
    assert "Enter “Full-time staff” as a whole number, like 4200." in page


def test_a_target_stays_as_it_is_when_nothing_changes(scene: dict):
    with db.transaction(), scope.choose(scene["edition"].scope):
        metric = db.session().scalars(select(Metric).where(Metric.code == "USERS_ACT")).first()
        metrics.set_target(metric, direction=Direction.DOWN, target=Decimal(80), actor=scene["staff"])
        metrics.set_target(metric, direction=Direction.DOWN, target=Decimal(80), actor=scene["staff"])
        assert (metric.direction, metric.target) == (Direction.DOWN, Decimal(80))


def test_without_a_source_each_number_keeps_its_own(scene: dict, app: App):
    founder, day = Browser(app).sign_in(scene["founder"]), this_friday(scene["edition"])
    sent = {"as_of": (day - WEEK).isoformat(), "USERS_ACT": "100", "CUST_PAY": "3", "source": "Contracts"}
    assert founder.post(scene["path"], sent).status_code == 302
    assert (
        founder.post(scene["path"], {"as_of": day.isoformat(), "USERS_ACT": "121", "CUST_PAY": "4"}).status_code == 302
    )
    with db.reading(), scope.choose(scene["edition"].scope):
        rows = db.session().execute(
            select(Metric.code, MetricValue.source)
            .join(Metric, Metric.id == MetricValue.metric_id)
            .where(MetricValue.as_of == day, MetricValue.replaced_by_id.is_(None))
        )
        assert dict(rows.all()) == {"USERS_ACT": "Ledger", "CUST_PAY": "Contracts"}
