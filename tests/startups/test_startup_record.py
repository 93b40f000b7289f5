"""The lifelong record of a startup."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.queries import person_by_email
from accelerator.core.audit import AuditEntry
from accelerator.startups import queries, rules
from accelerator.startups.models import Founder
from accelerator.startups.operations import record as operations
from accelerator.startups.operations.founders import invite_founder
from tests.factories import make_founder, make_person, make_startup
from tests.factories.trail import all_changes


def test_a_startup_is_registered_with_its_founder(tx: Session) -> None:
    person = make_person(given_name="Kadri", family_name="Lepik")
    startup = operations.register_startup(name="Northbreath OÜ", actor=person)
    assert startup.slug == "northbreath-ou"
    assert [(founder.person_id, founder.name) for founder in queries.founders(startup)] == [(person.id, "Kadri Lepik")]
    assert tx.scalars(select(AuditEntry.action)).all() == ["startup.registered"]


def test_names_alike_get_addresses_of_their_own(tx: Session) -> None:
    person = make_person()
    slugs = [operations.register_startup(name=name, actor=person).slug for name in ("North", "north!", "海月", "海鳥")]
    assert slugs == ["north", "north-2", "startup", "startup-2"]


def test_founders_see_their_own_startup_and_nobody_else_does(tx: Session) -> None:
    startup = make_startup()
    founder, stranger = make_founder(startup), make_person()
    make_founder(make_startup(), stranger)
    assert [rules.can_see_own(one, startup) for one in (founder, stranger, None)] == [True, False, False]
    assert queries.startups_of(founder) == [startup]


def test_a_profile_takes_its_columns_and_nothing_else(tx: Session) -> None:
    startup, person = make_startup(), make_person()
    operations.record_profile(startup, {"name": "N" * 200, "city": "Tartu", "slug": "stolen", "id": 99}, actor=person)
    assert (startup.name, startup.city, startup.slug) == ("N" * 120, "Tartu", startup.slug)
    assert startup.slug != "stolen"
    entry = tx.scalars(select(AuditEntry)).one()
    assert sorted(all_changes(entry)) == ["city", "name"]


def test_the_founders_of_an_application_replace_those_without_an_account(tx: Session) -> None:
    startup = make_startup()
    writer = make_founder(startup, email="writer@example.org")
    tx.add(Founder(startup_id=startup.id, name="Gone", email="gone@example.org"))
    tx.flush()
    rows = [
        {"name": "Aoi", "role": "CTO", "email": "aoi@example.org", "equity": 40, "full_time": True},
        {"name": "Writer", "role": "CEO", "email": "WRITER@example.org", "equity": 60, "full_time": False},
    ]
    operations.record_founders(startup, rows, actor=writer)
    tx.flush()
    found = [
        (founder.name, founder.title, founder.equity_percent, founder.full_time, founder.person_id)
        for founder in queries.founders(startup)
    ]
    assert found == [("Aoi", "CTO", 40, True, None), ("Writer", "CEO", 60, False, writer.id)]


def test_whoever_wrote_the_application_stays_a_founder(tx: Session) -> None:
    startup = make_startup()
    writer = make_founder(startup)
    operations.record_founders(startup, [{"name": "Aoi", "email": "aoi@example.org"}], actor=writer)
    assert rules.can_see_own(writer, startup)


@pytest.mark.parametrize("typed", ["riku@ｄｅｍｏ.example", "Riku@demo。example", "riku＠demo．example"])
def test_a_founder_s_address_is_theirs_in_whatever_width_it_is_typed(tx: Session, typed: str) -> None:
    riku, startup = make_person(email="riku@demo.example"), make_startup()
    operations.record_founders(startup, [{"name": "Riku", "email": typed}], actor=make_person())
    assert [founder.email for founder in queries.founders(startup)] == ["riku@demo.example"]
    other = make_startup()
    invite_founder(other, name="Riku", email=typed, actor=make_founder(other, make_person()))
    assert [founder.email for founder in queries.founders(other)][1:] == ["riku@demo.example"]
    assert person_by_email(typed) is riku
