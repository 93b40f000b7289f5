"""Two applications in one process: each has its own database, Redis, files, address and memory, also at the same time."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, NamedTuple

import pytest
from redis import Redis
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.app import create_app
from accelerator.core import db, installation, marks, outbox, scope, storage, web
from accelerator.core.audit import audit
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.web import App, Feature
from accelerator.intake.operations.forms import QuestionPlan, change_question
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.notifications.models import DELIVER, Message, MessageState
from accelerator.programmes.models import Edition
from accelerator.trail import queries as trail_queries
from config import Settings
from tests.factories import Browser, make_coming_edition, make_member
from tests.factories.intake import make_form
from tests.servers.valkey import Valkey
from tests.services.databases import careless, fresh_sqlite
from workers.heartbeat import beating
from workers.run import run

ANOTHER = QuestionPlan({"en": "And why?", "ja": "なぜ"}, {"en": "", "ja": ""}, required=True, longest=600)
NAMES = ("Nagano", "Tartu")


class House(NamedTuple):
    """One of the two: its application, an edition with the same address and the same id as the other's, its team."""

    app: App
    name: str
    url: str
    edition: Edition
    staff: Person


def furnished(app: App, name: str) -> House:
    with installation.entered(app.installation), db.transaction():
        edition = make_coming_edition(slug="spring", name={"en": f"{name} Spring", "ja": name})
        staff = make_member(edition, Role.ADMIN)
        with scope.choose(edition.scope):
            make_form(edition)
            for _ in range(3):
                audit(staff, f"edition.{name.lower()}", edition)
    return House(app, name, app.installation.settings.base_url, edition, staff)


@pytest.fixture
def two(settings: Settings, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """Two applications that were made one after the other; nothing of either is entered."""
    houses = []
    for name in NAMES:
        url = f"https://{name.lower()}.example.org"
        places = {"instance": tmp_path / name, "redis_url": f"unix://{tmp_path}/{name}.sock"}
        own = replace(
            settings, database_url=fresh_sqlite(tmp_path), base_url=url, trusted_hosts=("localhost",), **places
        )
        app = create_app(own, testing=True)
        careless(app.installation.engine)
        app.config["SESSION_COOKIE_SECURE"] = False
        houses.append(furnished(app, name))
    yield houses[0], houses[1]
    for house in houses:
        house.app.installation.engine.dispose()


def signed_in(house: House) -> Browser:
    with installation.entered(house.app.installation):
        return Browser(house.app).sign_in(house.staff)


def own(house: House, text: str) -> tuple[bool, bool]:
    """Whether a text says the house's own name, and the other's."""
    (other,) = set(NAMES) - {house.name}
    return house.name in text, other in text


def test_requests_in_turn_see_their_own_data_alone(two: tuple[House, House]) -> None:
    browsers = [signed_in(house) for house in two]
    for path in ("/calls/spring", "/editions/spring/audit", "/editions/spring/settings"):
        for _ in range(2):
            answers = [browser.get(path) for browser in browsers]
            assert [answer.status_code for answer in answers] == [200, 200]
            said = [own(house, answer.text) for house, answer in zip(two, answers, strict=True)]
            assert said == [(True, False), (True, False)]


def test_requests_in_two_threads_at_once_see_their_own_data_alone(two: tuple[House, House]) -> None:
    together, wrong = Barrier(2), []

    def visit(house: House, browser: Browser) -> None:
        together.wait(timeout=30)
        for _ in range(15):
            text = browser.get("/calls/spring").text
            if own(house, text) != (True, False):
                wrong.append(house.name)

    threads = [Thread(target=visit, args=(house, signed_in(house))) for house in two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_mails_and_their_job_stay_in_the_house_and_lead_to_its_address(two: tuple[House, House]) -> None:
    for house in two:
        answer = Browser(house.app).post("/register", {"email": f"aoi@{house.name.lower()}.example.org"})
        assert answer.status_code == 302
    for house, other in (two, two[::-1]):
        with installation.entered(house.app.installation):
            with db.reading() as session:
                (job,) = session.scalars(select(JobRow).where(JobRow.name == DELIVER.name))
                (mail,) = session.scalars(select(Message))
            assert (mail.body.count(f"{house.url}/links/"), mail.body.count(other.url)) == (1, 0)
            assert (mail.html.count(f"{house.url}/links/") > 0, mail.html.count(other.url)) == (True, 0)
            run(job.id)
        with installation.entered(other.app.installation):
            run(job.id)  # is no row there
        states = [job_and_mail(each) for each in (house, other)]
        waiting = (JobState.WAITING, MessageState.WAITING)
        done = (JobState.DONE, MessageState.SENT)
        assert states == ([done, waiting] if house is two[0] else [done, done])


def job_and_mail(house: House) -> tuple[JobState, MessageState]:
    with installation.entered(house.app.installation), db.reading() as session:
        job = session.scalars(select(JobRow.state).where(JobRow.name == DELIVER.name)).one()
        return job, session.scalars(select(Message.state)).one()


def test_what_is_kept_in_memory_is_not_mixed_where_one_database_is_a_copy_of_the_other(
    two: tuple[House, House],
) -> None:
    first, second = (house.app.installation for house in two)
    first.engine.dispose()
    second.engine.dispose()
    copied = second.engine.url.database
    assert copied is not None
    shutil.copyfile(str(first.engine.url.database), copied)
    kept = []
    for here in (first, second):
        with installation.entered(here), db.reading() as session, scope.everywhere():
            edition = session.scalars(select(Edition)).one()
            kept.append((edition.mark, marks.read_once("whose", (edition,), lambda: here.settings.base_url)))  # noqa: B023
    assert kept[0][0] == kept[1][0]
    assert [url for _, url in kept] == [house.url for house in two]


def test_a_changed_form_is_changed_in_its_house_alone(two: tuple[House, House]) -> None:
    def asked(house: House) -> str:
        with installation.entered(house.app.installation), db.reading(), scope.choose(house.edition.scope):
            form = current_form(house.edition)
            question = plain_form(form).question("problem") if form else None
            return question.name if question else ""

    before = [asked(house) for house in two]
    with installation.entered(two[0].app.installation), db.transaction(), scope.choose(two[0].edition.scope):
        here = db.session().get_one(Edition, two[0].edition.id)
        change_question(here, "problem", ANOTHER, actor=two[0].staff)
    assert [asked(house) for house in two] == ["And why?", before[1]]


def test_files_lie_in_the_house_that_stored_them(two: tuple[House, House]) -> None:
    with installation.entered(two[0].app.installation):
        key = storage.put(b"deck")
    with installation.entered(two[1].app.installation), pytest.raises(FileNotFoundError):
        storage.get(key)
    with installation.entered(two[0].app.installation):
        assert storage.get(key) == b"deck"


def test_answers_in_pieces_stay_in_their_house_when_they_are_fetched_in_turn(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_queries, "CHUNK", 1)
    monkeypatch.setattr(trail_queries.acts_after, "__defaults__", (1,))
    answers = [signed_in(house).post("/editions/spring/audit.csv", buffered=False) for house in two]
    pieces: list[tuple[Any, ...]] = list(zip_longest(*(answer.iter_encoded() for answer in answers), fillvalue=b""))
    assert len(pieces) > 3
    for house, parts in zip(two, zip(*pieces, strict=True), strict=True):
        text = b"".join(parts).decode().lower()
        (other,) = set(NAMES) - {house.name}
        assert (text.count(f"{house.name} spring".lower()) >= 3, other.lower() in text) == (True, False)


def test_a_lease_is_renewed_in_the_house_of_its_job(two: tuple[House, House]) -> None:
    beats: list[list[str]] = [[], []]
    enough = [Barrier(2), Barrier(2)]

    def beat(number: int) -> bool:
        beats[number].append(installation.current().settings.base_url)
        enough[number].wait(timeout=30)
        return False

    with installation.entered(two[0].app.installation):
        first = beating(lambda: beat(0), 0.001, "the first")
        first.__enter__()
    with installation.entered(two[1].app.installation), beating(lambda: beat(1), 0.001, "the second"):
        for barrier in enough:
            barrier.wait(timeout=30)
    first.__exit__(None, None, None)
    assert beats == [[two[0].url], [two[1].url]]


def test_a_redis_that_is_away_is_away_for_its_house_alone(two: tuple[House, House]) -> None:
    with installation.entered(two[0].app.installation):
        assert outbox.nudge("a" * 32, "default") is False
    assert [house.app.installation.redis_away_until > 0 for house in two] == [True, False]


@pytest.mark.service
def test_each_wakes_the_workers_of_its_own_redis(two: tuple[House, House]) -> None:
    with Valkey() as first, Valkey() as second:
        for house, server in zip(two, (first, second), strict=True):
            house.app.installation.redis = outbox.connect(server.url)
        for house in two:
            Browser(house.app).post("/register", {"email": "aoi@example.org"})
        for house, server in zip(two, (first, second), strict=True):
            with installation.entered(house.app.installation), db.reading() as session:
                job_id = session.scalars(select(JobRow.id).where(JobRow.name == DELIVER.name)).one()
            with Redis.from_url(server.url) as client:
                assert [entry.decode() for entry in client.lrange("rq:queue:mail", 0, -1)] == [f"{job_id}-0"]


def test_commands_run_in_their_house(two: tuple[House, House]) -> None:
    arguments = ["administrator", "haruka@tartu.example.org", "--name", "Haruka Sato"]
    result = two[1].app.test_cli_runner().invoke(args=arguments, input="a long sentence 7\na long sentence 7\n")
    assert result.exit_code == 0, result.output
    counts = []
    for house in two:
        with installation.entered(house.app.installation), db.reading() as session:
            chosen = select(Person.id).where(Person.email == "haruka@tartu.example.org")
            counts.append(len(session.scalars(chosen).all()))
    assert counts == [0, 1]


def test_policies_belong_to_the_application_that_has_the_routes(two: tuple[House, House]) -> None:
    extra = Feature("extra", __name__)
    extra.route("/extra", allow=web.public)(lambda: "extra")
    two[0].app._got_first_request = False
    two[0].app.register_blueprint(extra)
    assert [[name for name in house.app.policies if name.startswith("extra.")] for house in two] == [
        ["extra.<lambda>"],
        [],
    ]
    assert [Browser(house.app).get("/extra").status_code for house in two] == [200, 404]


def test_a_thread_that_entered_none_is_told_so() -> None:
    said: list[str] = []

    def ask() -> None:
        try:
            db.engine()
        except RuntimeError as error:
            said.append(str(error))

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert said == ["no installation was entered here; a new thread has to enter one"]


def containers() -> dict[str, list[int]]:
    """Every container that a module of ours holds, by its name, with what is in it."""
    modules = {name: module for name, module in sys.modules.items() if name.split(".")[0] in ("accelerator", "workers")}
    return {
        f"{module}.{name}": sorted(map(id, value.values() if isinstance(value, dict) else value))
        for module, loaded in modules.items()
        for name, value in vars(loaded).items()
        if isinstance(value, (dict, list, set)) and not name.startswith("__")
    }


def test_nothing_of_an_application_stays_in_a_module(
    two: tuple[House, House], settings: Settings, tmp_path: Path
) -> None:
    before = containers()
    assert len(before) > 100
    place = replace(settings, instance=tmp_path / "third", database_url=fresh_sqlite(tmp_path))
    third = furnished(create_app(place, testing=True), "Uji")
    signed_in(third).get("/editions/spring/audit")
    Browser(third.app).post("/register", {"email": "aoi@example.org"})
    after = containers()
    third.app.installation.engine.dispose()
    assert [name for name in before if before[name] != after[name]] == []
