"""The first administrator of an installation without a mail server."""

import re

import pytest
from click.testing import Result
from sqlalchemy import select

from accelerator.accounts.models import Link, Membership, Person, Role
from accelerator.core import db
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.programmes.models import Programme
from tests.factories import Browser, make_edition, make_person
from tests.services.databases import connected

HARUKA = "haruka@example.org"


def run(app: App, *arguments: str, typed: str | None = None) -> Result:
    """What the command says."""
    return app.test_cli_runner().invoke(args=["administrator", *arguments], input=typed)


def link_in(result: Result) -> str:
    """The path of the link that was printed."""
    [path] = re.findall(r"http://localhost(/links/[\w-]+)", result.output)
    return str(path)


def test_the_printed_link_sets_a_password_and_signs_in(app: App) -> None:
    result = run(app, HARUKA.upper(), "--name", "Haruka Sato", "--zone", "kobe", "--language", "ja")
    assert result.exit_code == 0
    assert result.output.count("There is no programme yet") == 1
    visitor = Browser(app)
    answer = visitor.post(link_in(result), {"password": "seven gulls over the quay"})
    assert (answer.status_code, answer.location) == (302, "/home")
    assert visitor.get("/").text.count('href="/programmes/new"') == 1
    assert Browser(app).get(link_in(result)).status_code == 410
    with db.reading():
        person = session().scalars(select(Person)).one()
        assert (person.email, person.name, person.zone, person.language) == (HARUKA, "Haruka Sato", "Asia/Tokyo", "ja")
        assert (person.is_site_admin, person.confirmed_at is not None) == (True, True)
        named = session().scalars(select(AuditEntry).where(AuditEntry.action == "accounts.administrator_named")).one()
        assert (named.actor_id, named.subject_id) == (None, person.id)
        tokens = session().scalars(select(Link.token_hash)).all()
        assert [token for token in tokens if token in result.output] == []


def test_running_it_again_ends_the_first_link_and_keeps_the_account(app: App) -> None:
    first = run(app, HARUKA, "--name", "Haruka Sato")
    second = run(app, HARUKA)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert Browser(app).get(link_in(first)).text.count("<h1>There is a newer link</h1>") == 1
    assert Browser(app).get(link_in(second)).status_code == 200
    with db.reading():
        assert session().scalars(select(Person.email)).all() == [HARUKA]
        assert len(session().scalars(select(AuditEntry).where(AuditEntry.action.like("%named"))).all()) == 1


def test_somebody_who_is_there_becomes_administrator_and_admin_of_an_edition(app: App) -> None:
    with db.transaction():
        edition = make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})
        person = make_person(email=HARUKA, given_name="Haruka", family_name="Sato")
    result = run(app, HARUKA, "--edition", edition.slug)
    assert result.exit_code == 0
    assert result.output.count("Haruka Sato is an admin of Kobe 2030.") == 1
    assert result.output.count("There is no programme yet") == 0
    with db.reading():
        held = session().execute(select(Membership.person_id, Membership.role)).all()
        assert [tuple(row) for row in held] == [(person.id, Role.ADMIN)]
        assert session().get(Person, person.id).is_site_admin is True


def test_the_first_programme_is_made_and_what_is_missing_is_asked(app: App) -> None:
    result = run(
        app,
        HARUKA,
        "--name",
        "Haruka Sato",
        "--programme",
        "kobe",
        "--programme-name",
        "Kobe Accelerator",
        "--host",
        "City of Kobe",
        "--since",
        "2016",
        typed="神戸アクセラレーター\n神戸市\n",
    )
    assert result.exit_code == 0, result.output
    with db.reading():
        programme = session().scalars(select(Programme)).one()
        assert (programme.slug, programme.since, programme.home_country) == ("kobe", 2016, "JP")
        assert programme.name == {"en": "Kobe Accelerator", "ja": "神戸アクセラレーター"}
        assert programme.host == {"en": "City of Kobe", "ja": "神戸市"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nobody", "--name", "A B"), "enter an address like name@example.org"),
        ((HARUKA,), 'say who it is: --name "Given Family"'),
        ((HARUKA, "--name", "Haruka"), 'say who it is: --name "Given Family"'),
        ((HARUKA, "--name", "Haruka Sato", "--zone", "Atlantis"), "Atlantis is no city or zone known here"),
        ((HARUKA, "--name", "Haruka Sato", "--edition", "nowhere"), "there is no edition nowhere; known are: none yet"),
        (
            (
                HARUKA,
                "--name",
                "Haruka Sato",
                "--programme",
                "Kobe!",
                "--programme-name",
                "K",
                "--programme-name-ja",
                "神",
                "--host",
                "C",
                "--host-ja",
                "市",
            ),
            "Use lower-case letters, digits and hyphens",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left_behind(
    app: App, arguments: tuple[str, ...], sentence: str
) -> None:
    result = run(app, *arguments)
    assert (result.exit_code, result.output.count(sentence)) == (1, 1)
    with db.reading():
        assert session().scalars(select(Person)).all() == []


def test_an_installation_without_tables_says_what_to_run(app: App, tmp_path: object) -> None:
    with connected(f"sqlite:///{tmp_path}/empty.db"):
        result = run(app, HARUKA, "--name", "Haruka Sato")
    assert (result.exit_code, result.output.count("flask --app wsgi migrate upgrade")) == (1, 1)
