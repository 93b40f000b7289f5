"""Two admins at the lists of one edition: who is told of the other's lines can keep both."""

from datetime import timedelta

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.programmes import queries
from accelerator.programmes.models import Edition
from accelerator.programmes.operations import lists
from accelerator.programmes.operations.lists import HostLine, SectorLine, line_of
from tests.factories import Browser, make_edition, make_member, make_sector
from tests.factories.intake import make_host
from tests.visits.sent import UntouchedForms

Sent = dict[str, list[str]]


def opened(browser: Browser, edition: Edition, part: str) -> tuple[str, Sent]:
    """The address of a list's form, and what a browser would send of it."""
    here = f"/editions/{edition.slug}/settings"
    return f"{here}/{part}", UntouchedForms(here, browser.get(here).text).forms[f"{here}/{part}"]


def test_an_organisation_that_was_added_meanwhile_stays_when_one_saves_again(app: App) -> None:
    with db.transaction():
        edition = make_edition()
        admin, other = (make_member(edition, Role.ADMIN) for _number in range(2))
        with scope.choose(edition.scope):
            make_host(edition, "City of Kobe", shares_data=False)
    browser = Browser(app).sign_in(admin)
    path, sent = opened(browser, edition, "hosts")
    with db.transaction(), scope.choose(edition.scope):
        line = HostLine({"en": "Port", "ja": "港"}, {"en": "Sponsor", "ja": "協賛"})
        here = session().get_one(Edition, edition.id)
        lists.change_hosts(here, [*map(line_of, queries.hosts(here)), line], actor=other)
    late = browser.post(path, {**sent, "hosts-0-name_en": "Kobe City"})
    assert (late.status_code, "<dt>Port</dt>" in late.text, "Sponsor" in late.text) == (422, True, True)
    again = UntouchedForms(f"/editions/{edition.slug}/settings", late.text).forms[path]
    assert browser.post(path, again).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert [host.name["en"] for host in queries.hosts(edition)] == ["Kobe City", "Port"]


def test_a_sector_that_was_removed_meanwhile_is_a_new_one_when_one_saves_again(app: App) -> None:
    with db.transaction():
        soon = clock.now() + timedelta(days=9)
        edition = make_edition(opens_at=soon, closes_at=soon + timedelta(days=30))
        admin, other = (make_member(edition, Role.ADMIN) for _number in range(2))
        with scope.choose(edition.scope):
            kept = make_sector(edition, "health", name={"en": "Health", "ja": "医療"}).id
            gone = make_sector(edition, "sea", name={"en": "Sea", "ja": "海"}).id
    browser = Browser(app).sign_in(admin)
    path, sent = opened(browser, edition, "sectors")
    with db.transaction(), scope.choose(edition.scope):
        here = session().get_one(Edition, edition.id)
        lists.remove_sector(here, queries.sector(here, gone), actor=other)
        lists.change_sectors(here, [SectorLine({"en": "Care", "ja": "介護"}, kept)], actor=other)
    late = browser.post(path, sent)
    assert (late.status_code, "<dt>Care</dt>" in late.text) == (422, True)
    again = UntouchedForms(f"/editions/{edition.slug}/settings", late.text).forms[path]
    assert browser.post(path, again).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert sorted(sector.name["en"] for sector in queries.sectors(edition)) == ["Health", "Sea"]


def test_what_is_saved_now_is_said_as_the_fields_say_it(app: App) -> None:
    with db.transaction():
        edition = make_edition()
        admin = make_member(edition, Role.ADMIN)
    browser = Browser(app).sign_in(admin)
    here = f"/editions/{edition.slug}/settings"
    sent = UntouchedForms(here, browser.get(here).text).forms[here]
    with db.transaction():
        changed = session().get_one(Edition, edition.id)
        changed.opens_at, changed.zone = changed.opens_at.replace(minute=30) - timedelta(days=1), "Europe/Lisbon"
    late = browser.post(here, sent)
    assert late.status_code == 422
    assert "<dd>Lisbon</dd>" in late.text
    shown = UntouchedForms(here, browser.get(here).text).forms[here]["opens_at"][0]
    assert f" {shown[-5:]}</dd>" in late.text
