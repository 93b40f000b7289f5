"""Sectors and organisations of an edition: renamed, added, put in order, removed while nothing hangs on them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, i18n, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.programmes import queries
from accelerator.programmes.models import Edition, Host, Sector
from accelerator.programmes.operations import lists
from accelerator.programmes.operations.lists import HostLine, SectorLine
from tests.factories import Browser, make_application, make_edition, make_member, make_sector
from tests.factories.trail import all_changes
from tests.visits.answered import AnsweredPage

FOOD, HEALTH = {"en": "Food", "ja": "食"}, {"en": "Health", "ja": "健康"}


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition whose call has closed, with two sectors."""
    with db.transaction():
        made = make_edition(opens_at=clock.now() - timedelta(days=20), closes_at=clock.now() - timedelta(days=1))
        with scope.choose(made.scope):
            make_sector(made, "food", name=FOOD)
            make_sector(made, "health", name=HEALTH)
        return made


@pytest.fixture
def admin(edition: Edition) -> Person:
    """Its admin."""
    with db.transaction():
        return make_member(edition, Role.ADMIN)


@pytest.fixture
def inside(edition: Edition, admin: Person) -> Iterator[Edition]:
    """A transaction in the edition, which it yields."""
    with i18n.speaking("en", "UTC"), db.transaction(), scope.choose(edition.scope):
        yield found(edition)


def found(edition: Edition) -> Edition:
    """The edition in the present session."""
    return session().scalars(select(Edition).where(Edition.id == edition.id)).one()


def named(edition: Edition) -> dict[str, str]:
    """The English names by key."""
    return {sector.key: sector.name["en"] for sector in queries.sectors(edition)}


def by_key(key: str) -> Sector:
    return session().scalars(select(Sector).where(Sector.key == key)).one()


def test_sectors_are_renamed_and_added_and_keep_their_keys(inside: Edition, admin: Person) -> None:
    food = by_key("food")
    lines = [SectorLine({"en": "Food and sea", "ja": "食と海"}, food.id), SectorLine({"en": "Health!", "ja": "新"})]
    lists.change_sectors(inside, lines, actor=admin)
    assert named(inside) == {"food": "Food and sea", "health": "Health", "health_2": "Health!"}
    [entry] = session().scalars(select(AuditEntry)).all()
    assert all_changes(entry) == {
        "sectors": [
            {"food": FOOD},
            {"food": {"en": "Food and sea", "ja": "食と海"}, "health_2": {"en": "Health!", "ja": "新"}},
        ]
    }
    lists.change_sectors(inside, [SectorLine({"en": "Food and sea", "ja": "食と海"}, food.id)], actor=admin)
    assert len(session().scalars(select(AuditEntry)).all()) == 1, "nothing changed, nothing noted"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([SectorLine({"en": "Sea", "ja": ""})], "in both languages"),
        ([SectorLine({"en": "HEALTH", "ja": "海"})], "“HEALTH” appears twice|“Health” appears twice"),
        ([SectorLine({"en": "Sea", "ja": "海"}, 999)], "been removed in the meantime"),
    ],
)
def test_unclear_sectors_are_refused(inside: Edition, admin: Person, lines: list[SectorLine], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        lists.change_sectors(inside, lines, actor=admin)


def test_a_sector_is_removed_while_nobody_chose_it(inside: Edition, admin: Person) -> None:
    make_application(inside, sector_id=by_key("health").id)
    with pytest.raises(Refused, match=r"“Health” can't be removed\. 1 application has chosen it\. You can rename it\."):
        lists.remove_sector(inside, by_key("health"), actor=admin)
    lists.remove_sector(inside, by_key("food"), actor=admin)
    assert named(inside) == {"health": "Health"}


def test_the_last_sector_stays(inside: Edition, admin: Person) -> None:
    lists.remove_sector(inside, by_key("food"), actor=admin)
    with pytest.raises(Refused, match="The form asks for a sector"):
        lists.remove_sector(inside, by_key("health"), actor=admin)


def test_no_sector_goes_while_the_call_is_open(inside: Edition, admin: Person) -> None:
    inside.closes_at = clock.now() + timedelta(days=1)
    with pytest.raises(Refused, match=r"The call is open, and drafts may have chosen it\."):
        lists.remove_sector(inside, by_key("food"), actor=admin)


def typed(edition: Edition, **changes: str) -> dict[str, Any]:
    """The form of sectors as a browser sends it, with one empty line."""
    with db.reading(), scope.choose(edition.scope):
        values: dict[str, Any] = {}
        for at, sector in enumerate(queries.sectors(edition)):
            values |= {
                f"sectors-{at}-sector_id": str(sector.id),
                f"sectors-{at}-name_en": sector.name["en"],
                f"sectors-{at}-name_ja": sector.name["ja"],
            }
        return {**values, "sectors-9-sector_id": "", "sectors-9-name_en": "", "sectors-9-name_ja": "", **changes}


def test_an_admin_edits_sectors_on_the_settings_page(browser: Browser, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/settings"
    text = browser.sign_in(admin).get(path).text
    assert text.count('name="remove"') == 2
    new = {"sectors-9-name_en": "Sea", "sectors-9-name_ja": "海"}
    answer = browser.post(f"{path}/sectors", typed(edition, **new))
    assert (answer.status_code, answer.location) == (302, f"{path}#sectors")
    with db.reading(), scope.choose(edition.scope):
        food = by_key("food")
    answer = browser.post(f"{path}/sectors", typed(edition, remove=str(food.id)))
    assert answer.status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert named(edition) == {"health": "Health", "sea": "Sea"}


def test_a_refused_sector_keeps_what_was_typed(browser: Browser, edition: Edition, admin: Person) -> None:
    browser.sign_in(admin)
    answer = browser.post(f"/editions/{edition.slug}/settings/sectors", typed(edition, **{"sectors-9-name_en": "Sea"}))
    assert answer.status_code == 422
    page = AnsweredPage(answer.text)
    assert page.problems == [("sectors-2-name_ja", "Sector 3: Give each sector a name in both languages.")]
    assert (page.faults(), answer.text.count('value="Sea"')) == ([], 1)


def test_a_used_sector_says_why_it_stays(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        health = by_key("health")
        make_application(edition, sector_id=health.id)
    path = f"/editions/{edition.slug}/settings"
    text = browser.sign_in(admin).get(path).text
    assert text.count("Can't be removed: 1 application has chosen it.") == 1
    changes = {"remove": str(health.id), "sectors-0-name_en": "Foods"}
    answer = browser.post(f"{path}/sectors", typed(edition, **changes))
    assert answer.status_code == 422
    assert answer.text.count('value="Foods"') == 1
    with db.reading(), scope.choose(edition.scope):
        assert named(edition) == {"food": "Food", "health": "Health"}, "all or nothing"


def test_others_change_no_sectors(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction():
        staff, other = make_member(edition, Role.STAFF), make_edition()
        foreign = make_member(other, Role.ADMIN)
        with scope.choose(other.scope):
            make_sector(other, "theirs")
            make_sector(other, "more")
    path, values = f"/editions/{edition.slug}/settings/sectors", typed(edition)
    assert browser.post(path, values).status_code == 401
    assert browser.sign_in(staff).post(path, values).status_code == 404
    assert browser.sign_in(foreign).post(path, values).status_code == 404
    assert browser.post(f"/editions/{other.slug}/settings/sectors", values).status_code == 422, (
        "rows of another edition"
    )


def host(name: str, host_id: int | None = None, *, shares: bool = False) -> HostLine:
    return HostLine({"en": name, "ja": name}, {"en": "Host", "ja": "主催"}, shares, host_id)


def test_organisations_keep_their_ids(inside: Edition, admin: Person) -> None:
    """Consents name a row, so an organisation that is renamed or moved must stay the same row."""
    lists.change_hosts(inside, [host("City"), host("Bank")], actor=admin)
    city, bank = queries.hosts(inside)
    lines = [host("The Bank", bank.id), host("City", city.id), host("Port")]
    lists.change_hosts(inside, lines, actor=admin)
    assert [(one.id, one.name["en"]) for one in queries.hosts(inside)][:2] == [(bank.id, "The Bank"), (city.id, "City")]
    lists.change_hosts(inside, [host("City", city.id)], actor=admin)
    assert [one.id for one in queries.hosts(inside)] == [city.id]


def test_an_organisation_that_applicants_were_asked_about_stays(inside: Edition, admin: Person) -> None:
    lists.change_hosts(inside, [host("City", shares=True)], actor=admin)
    with pytest.raises(Refused, match="City can't be removed: applicants have been asked"):
        lists.change_hosts(inside, [], actor=admin)
    with pytest.raises(Refused, match="An organisation has been removed in the meantime"):
        lists.change_hosts(inside, [host("City", 999)], actor=admin)


def test_organisations_are_put_in_order_by_number(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        lists.change_hosts(found(edition), [host("City"), host("Bank")], actor=admin)
        ids = [one.id for one in queries.hosts(edition)]
    values = {}
    for at, (name, position) in enumerate((("City", "2"), ("Bank", "1"))):
        values |= {
            f"hosts-{at}-host_id": str(ids[at]),
            f"hosts-{at}-name_en": name,
            f"hosts-{at}-name_ja": name,
            f"hosts-{at}-part_en": "Host",
            f"hosts-{at}-part_ja": "主催",
            f"hosts-{at}-position": position,
        }
    assert browser.sign_in(admin).post(f"/editions/{edition.slug}/settings/hosts", values).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        hosts = session().scalars(select(Host).where(Host.edition_id == edition.id).order_by(Host.position))
        assert [one.id for one in hosts] == ids[::-1]
