"""The board of partners who read: the order and the scores, and a decision only once it was released."""

import re

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.db import add, session
from accelerator.intake.models import Application
from accelerator.programmes.models import Edition, Host, HostMember
from accelerator.selection.models import Choice
from accelerator.selection.operations.releases import approve_release, prepare_release, release_decisions
from accelerator.selection.queries.releases import release_under_way
from tests.factories import make_edition, make_member
from tests.factories.intake import make_host, share
from tests.factories.scoring import make_eligible
from tests.factories.selection import make_board_entry, make_board_round, make_decision


@pytest.fixture
def place(app):
    """An offer and a decline that wait for their release, and a partner whose organisation reads."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff, admin, partner = (make_member(edition, role) for role in (Role.STAFF, Role.ADMIN, Role.PARTNER))
        host, round_ = make_host(edition), make_board_round(edition)
        host.reads_applications = True
        add(HostMember(edition_id=edition.id, host_id=host.id, person_id=partner.id))
        for name, choice in (("Lumen", Choice.OFFER), ("Mugi", Choice.DECLINE)):
            application = candidate(edition, host, name)
            make_board_entry(round_, application)
            make_decision(application, staff, choice, reason="Nobody outside the team reads this")
    return edition, staff, admin, partner


def candidate(edition: Edition, host: Host, name: str) -> Application:
    """An eligible application that is shared with the host."""
    application = make_eligible(edition, name=name)
    share(application, host)
    return application


def rows(text: str) -> dict[str, str]:
    """By startup, what its row says last."""
    lines = re.findall(r"<tr data-row>(.*?)</tr>", text, re.S)
    cells = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.S)]
        for line in lines
    ]
    return {row[1]: row[-1] for row in cells}


def test_a_partner_learns_of_a_decision_with_its_release(place, browser) -> None:
    edition, staff, admin, partner = place
    address = f"/editions/{edition.slug}/partner/board"
    before = browser.sign_in(partner).get(address).text
    assert rows(before) == {"Lumen": "50%", "Mugi": "50%"}
    assert "Read-only. Decisions can change until they are released; they are shown here from then on." in before
    with db.transaction(), scope.choose(edition.scope):
        prepare_release(edition, actor=staff, sure=True)
    assert rows(browser.get(address).text) == rows(before)
    with db.transaction(), scope.choose(edition.scope):
        release = release_under_way(edition)
        approve_release(release, typed_count=2, actor=admin, sure=True)
        release_decisions(release, actor=staff)
        make_decision(candidate(edition, session().query(Host).one(), "Sora"), staff, Choice.DECLINE)
    after = browser.get(address).text
    assert rows(after) == {"Lumen": "Offer", "Mugi": "Decline", "Sora": "–"}
    assert "Read-only. Decisions that were released are shown here." in after
    assert "Nobody outside the team reads this" not in before + after
