"""Further addresses: asked for, confirmed by a mailed link, used to sign in, put first, removed; nobody else's."""

import re

import pytest
from sqlalchemy import select

from accelerator.accounts import queries
from accelerator.accounts.models import LinkPurpose, Person, PersonAddress
from accelerator.accounts.operations import addresses, links
from accelerator.accounts.passwords import hashed
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import bars, is_barred
from accelerator.notifications.models import Message
from accelerator.startups.models import Founder
from tests.factories import Browser, make_application, make_edition, make_person
from tests.factories.accounts import mailed_kinds

WORK, HOME = "aoi@work.example", "aoi@home.example"
PASSWORD = "a short sentence"
KEPT = hashed(PASSWORD)


@pytest.fixture
def aoi(app: App) -> Person:
    """Somebody with an account and a password."""
    with db.transaction():
        return make_person(email=WORK, password_hash=KEPT)


def confirm_path(address: str) -> str:
    """The page that the last mail to an address leads to."""
    with db.reading():
        bodies = session().scalars(select(Message.body).where(Message.address == address).order_by(Message.id))
        return "/settings/addresses/confirm/" + re.findall(r"/links/([\w-]+)", " ".join(bodies))[-1]


def add_confirmed(browser: Browser, person: Person, address: str) -> None:
    """Add an address on the page and confirm it by the mailed link."""
    browser.sign_in(person)
    assert browser.post("/settings/addresses", {"email": address}).location == "/settings/addresses"
    assert browser.post(confirm_path(address)).location == "/settings/addresses"


def test_a_confirmed_address_is_the_same_person_and_an_unconfirmed_one_nobody(browser: Browser, aoi: Person) -> None:
    browser.sign_in(aoi).post("/settings/addresses", {"email": HOME.upper()})
    with db.reading():
        assert queries.person_by_email(HOME) is None
        assert mailed_kinds(HOME) == ["confirm_further_address"]
    assert "Not confirmed" in browser.get("/settings/addresses").text
    assert browser.get(confirm_path(HOME)).status_code == 200
    browser.post(confirm_path(HOME))
    with db.reading():
        known = queries.person_by_email(HOME.upper())
        assert (known.id, queries.addresses(known)) == (aoi.id, [WORK, HOME])
        assert mailed_kinds(WORK) == ["address_added"]
    assert browser.post(confirm_path(HOME)).status_code == 410


@pytest.mark.parametrize("is_taken", [False, True])
def test_the_mail_to_an_address_that_is_not_confirmed_names_nobody(browser: Browser, aoi: Person, is_taken) -> None:
    with db.transaction():
        session().get_one(Person, aoi.id).given_name = "Canary Win A Prize"
        if is_taken:
            make_person(email=HOME, given_name="Mina", family_name="Kato")
    browser.sign_in(aoi).post("/settings/addresses", {"email": HOME})
    with db.reading():
        mail = session().scalars(select(Message).where(Message.address == HOME)).one()
    assert mail.name == ("Mina Kato" if is_taken else HOME)
    assert "Canary" not in f"{mail.subject} {mail.body} {mail.html}"


def test_nobody_ends_the_link_that_somebody_else_waits_for(browser: Browser, app: App, aoi: Person) -> None:
    with db.transaction():
        stranger = make_person(email="mina@example.org")
    browser.sign_in(aoi).post("/settings/addresses", {"email": HOME})
    mine = confirm_path(HOME)
    Browser(app).sign_in(stranger).post("/settings/addresses", {"email": HOME})
    assert browser.post(mine).location == "/settings/addresses"
    with db.reading():
        assert queries.person_by_email(HOME).id == aoi.id


def test_any_confirmed_address_signs_in(browser: Browser, app: App, aoi: Person) -> None:
    stranger = Browser(app)
    assert stranger.post("/sign-in", {"email": HOME, "password": PASSWORD}).status_code == 422
    add_confirmed(browser, aoi, HOME)
    assert stranger.post("/sign-in", {"email": HOME, "password": PASSWORD}).status_code == 302


def test_a_link_asked_for_with_a_further_address_is_mailed_to_that_one(browser: Browser, app: App, aoi: Person) -> None:
    add_confirmed(browser, aoi, HOME)
    Browser(app).post("/sign-in/link", {"email": HOME})
    with db.reading():
        assert mailed_kinds(HOME)[-1] == "sign_in_link"
        assert "sign_in_link" not in mailed_kinds(WORK)


def test_a_stranger_is_asked_to_sign_in_and_somebody_else_can_t_use_the_link(
    browser: Browser, app: App, aoi: Person
) -> None:
    with db.transaction():
        mallory = make_person()
    browser.sign_in(aoi).post("/settings/addresses", {"email": HOME})
    path = confirm_path(HOME)
    assert Browser(app).get(path).location == f"/sign-in?next={path}"
    other = Browser(app).sign_in(mallory)
    assert other.get(path).status_code == 410
    assert other.post(path).status_code == 410
    token = path.rpartition("/")[2]
    assert Browser(app).get(f"/links/{token}").location == path
    with db.reading():
        assert queries.person_by_email(HOME) is None


def test_an_address_of_another_account_stays_there_and_the_page_does_not_tell(browser: Browser, aoi: Person) -> None:
    with db.transaction():
        make_person(email=HOME)
    browser.sign_in(aoi)
    assert browser.post("/settings/addresses", {"email": HOME}).location == "/settings/addresses"
    page = browser.get("/settings/addresses").text
    assert "Not confirmed" in page
    with db.reading():
        assert mailed_kinds(HOME) == ["address_is_taken"]
        assert queries.person_by_email(HOME).id != aoi.id


@pytest.mark.parametrize("do", ["first", "remove"])
def test_somebody_else_s_address_is_not_there(browser: Browser, app: App, aoi: Person, do: str) -> None:
    add_confirmed(browser, aoi, HOME)
    with db.transaction():
        mallory = make_person()
        row_id = session().scalars(select(PersonAddress.id)).one()
    assert Browser(app).sign_in(mallory).post(f"/settings/addresses/{row_id}/{do}").status_code == 404
    assert Browser(app).post(f"/settings/addresses/{row_id}/{do}").status_code == 401
    with db.reading():
        assert queries.person_by_email(HOME).email == WORK


def test_another_address_is_put_first_and_the_old_one_stays(browser: Browser, aoi: Person) -> None:
    add_confirmed(browser, aoi, HOME)
    with db.reading():
        row_id = session().scalars(select(PersonAddress.id)).one()
    browser.post(f"/settings/addresses/{row_id}/first")
    with db.reading():
        assert queries.addresses(queries.person(aoi.id)) == [HOME, WORK]
        assert mailed_kinds(WORK)[-1] == "address_put_first"  # whoever held the account before is told


def test_a_removed_address_is_nobody_s(browser: Browser, aoi: Person) -> None:
    add_confirmed(browser, aoi, HOME)
    with db.reading():
        row_id = session().scalars(select(PersonAddress.id)).one()
    browser.post(f"/settings/addresses/{row_id}/remove")
    with db.reading():
        assert queries.person_by_email(HOME) is None
        assert mailed_kinds(WORK)[-1] == "address_removed"


def test_an_unconfirmed_address_can_t_be_put_first(app: App, aoi: Person) -> None:
    with db.transaction():
        row = addresses.add_address(session().merge(aoi), HOME, place="here", actor=aoi)
        with pytest.raises(Refused):
            addresses.put_first(session().get_one(Person, aoi.id), row, actor=aoi)


def test_a_link_to_join_adds_the_address_to_the_account_of_whoever_has_one(browser: Browser, aoi: Person) -> None:
    with db.transaction():
        token, _ = links.new_link(
            HOME, LinkPurpose.JOIN, next_path="/settings/profile", about={"en": "North", "ja": "ノース"}
        )
    page = browser.get(f"/links/{token}").text
    assert f"/settings/addresses/confirm/{token}" in page
    browser.sign_in(aoi)
    assert browser.get(f"/links/{token}").location == f"/settings/addresses/confirm/{token}"
    assert browser.post(f"/settings/addresses/confirm/{token}").location == "/settings/profile"
    with db.reading():
        assert queries.person_by_email(HOME).id == aoi.id


def test_a_link_to_join_never_signs_in_whoever_has_an_account(browser: Browser, aoi: Person) -> None:
    with db.transaction():
        token, _ = links.new_link(WORK, LinkPurpose.JOIN, next_path="/settings/profile", about={"en": "N", "ja": "N"})
    assert browser.get(f"/links/{token}").location == "/settings/profile"
    assert browser.post(f"/links/{token}").location == "/settings/profile"
    assert browser.get("/settings/profile").location == "/sign-in?next=/settings/profile"


def test_two_pages_may_ask_the_same_address(app: App) -> None:
    with db.transaction():
        tokens = [
            links.new_link(HOME, LinkPurpose.JOIN, next_path=path, about={"en": "N", "ja": "N"})[0]
            for path in ("/a", "/b", "/b")
        ]
        assert [queries.link(token) is not None for token in tokens] == [True, False, True]


def test_a_founder_named_by_a_further_address_is_barred(app: App, aoi: Person) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            application = make_application(edition)
            db.add(Founder(startup_id=application.startup_id, name="Aoi", email=HOME))
            assert not is_barred(aoi, application)
            addresses.add_address(session().get_one(Person, aoi.id), HOME, place="here", actor=aoi)
            assert not is_barred(aoi, application)
            session().scalars(select(PersonAddress)).one().confirmed_at = aoi.created_at
            session().flush()
            assert is_barred(aoi, application)


def test_removing_an_address_lifts_no_bar_and_frees_it_for_somebody_else(
    browser: Browser, app: App, aoi: Person
) -> None:
    for _turn in range(2):  # removed, added and removed again
        add_confirmed(browser, aoi, HOME)
        with db.transaction():
            row = session().scalars(select(PersonAddress)).one()
            addresses.remove_address(session().get_one(Person, aoi.id), row, actor=aoi)
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            application = make_application(edition)
            db.add(Founder(startup_id=application.startup_id, name="Aoi", email=HOME))
            assert is_barred(aoi, application)
            assert session().scalars(select(Application.id).where(bars(aoi.id))).all() == [application.id]
        mallory = make_person()
    add_confirmed(Browser(app), mallory, HOME)
    with db.reading():
        assert queries.person_by_email(HOME).id == mallory.id
        assert queries.addresses(queries.person(aoi.id)) == [WORK]
        with scope.choose(edition.scope):
            assert is_barred(aoi, application) and is_barred(mallory, application)
    stranger = Browser(app)
    assert stranger.post("/sign-in", {"email": HOME, "password": PASSWORD}).status_code == 422
