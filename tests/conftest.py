"""Shared fixtures: an application on a fresh SQLite database, a session to write in, a browser that signs in."""

from collections.abc import Generator, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from accelerator.app import create_app
from accelerator.core import db, i18n, scope
from accelerator.core.installation import entered
from accelerator.core.web import App
from config import Settings
from tests.factories import Browser
from tests.services import measuring, shared
from tests.services.databases import careless, empty

pytest_configure = shared.begin
pytest_unconfigure = shared.end
TESTS = Path(__file__).parent
UNMEASURED = frozenset(
    TESTS / name
    for name in (
        "architecture",
        "demo_edition",
        "journeys",
        "visits",
        "core/test_countries.py",
        "intake/test_search.py",
        "mentoring/test_bookings_model.py",
        "mentoring/test_who_came_migration.py",
        "scoring/test_queue.py",
        "scoring/test_review_reminders.py",
        "screening/test_screening_queue.py",
        "selection/test_board_twin.py",
        "selection/test_bounded.py",
        "selection/test_leak.py",
        "selection/test_migration.py",
    )
)
"""Walks through everything, and what does the same thing many times. Whatever these run, others run too; and measuring
what is run costs as much as running it, on the Pythons that have no cheap way."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the walks go by without being measured."""
    if UNMEASURED & {item.path, item.path.parent}:
        item.add_marker("no_cover")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Let what they stand on go by too; pytest-cov itself holds up the test alone."""
    with measuring.paused() if item.get_closest_marker("no_cover") else nullcontext():
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys and visits, which take longest: a process that has nothing left then takes over small
    tests, and none waits for the other's last long one."""
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path.parent != TESTS / "visits"))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a throw-away installation; its Redis socket leads nowhere, as when Redis is away."""
    instance = tmp_path_factory.mktemp("instance")
    return Settings(
        secret_key="k" * 40,
        database_url=f"sqlite:///{instance / 'test.db'}",
        redis_url=f"unix://{instance / 'none.sock'}",
        instance=instance,
        base_url="http://localhost",
        mail_backend="outbox",
        mail_from="Funade <no-reply@example.org>",
        smtp_url=None,
        trusted_hosts=("localhost",),
        proxies=0,
        demo=False,
    )


@pytest.fixture(scope="session")
def _built(settings: Settings) -> App:
    with measuring.measured():
        return create_app(settings, testing=True)


@pytest.fixture(scope="session")
def _engine(_built: App) -> Iterator[Engine]:
    """The database of the application, open for all tests, so that each statement is compiled once."""
    opened = careless(_built.installation.engine)
    db.Base.metadata.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def app(_built: App, _engine: Engine) -> Iterator[App]:
    """The application on an empty database; the test's own calls are made in its installation."""
    with entered(_built.installation):
        yield _built
    empty(_engine)


@pytest.fixture
def tx(app: App) -> Iterator[Session]:
    """A writing transaction in English, committed at the end; choose an edition inside with ``scope.choose``."""
    with i18n.speaking("en", "UTC"), db.transaction() as session:
        yield session


@pytest.fixture
def browser(app: App) -> Browser:
    """A visitor; ``browser.sign_in(person)`` makes it somebody."""
    return Browser(app)


@pytest.fixture
def count_queries() -> Iterator[list[str]]:
    """Collects the statements that run while the test holds it."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    yield seen
    event.remove(db.engine(), "before_cursor_execute", note)


@pytest.fixture(autouse=True)
def _clean_context() -> Iterator[None]:
    i18n.use("en", "UTC")
    assert scope.current() is None
    yield


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder for this test's files."""
    return tmp_path
