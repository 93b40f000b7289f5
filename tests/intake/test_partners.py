"""Partners who read: for whom the pages open, what is on them, and that nothing on them can be pressed."""

import re
from typing import Any

import pytest

from accelerator.accounts.models import Membership, Role
from accelerator.core import db, scope
from accelerator.core.db import add, session
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries import forms
from accelerator.programmes.models import Edition, Host, HostMember
from accelerator.programmes.operations import lists
from accelerator.programmes.operations.lists import HostLine
from tests.factories import make_edition, make_member
from tests.factories.intake import make_host, share
from tests.factories.scoring import make_eligible
from tests.factories.selection import make_board_entry, make_board_round
from tests.visits.sent import UntouchedForms


@pytest.fixture
def place(app):
    """An edition with a host that reads, its partner, and an application that agreed to it."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        host, partner = make_host(edition), make_member(edition, Role.PARTNER)
        host.reads_applications = True
        add(HostMember(edition_id=edition.id, host_id=host.id, person_id=partner.id))
        application = make_eligible(edition, name="Kurage Health", city="Tallinn")
        share(application, host)
        make_board_entry(make_board_round(edition), application, 4.25)
    return edition, partner, application


def paths(edition: Edition, application: Application) -> list[str]:
    """The three pages."""
    base = f"/editions/{edition.slug}/partner"
    return [f"{base}/applications", f"{base}/applications/{application.reference}", f"{base}/board"]


def answers(browser: Any, edition: Edition, application: Application) -> list[int]:
    """What the three pages answer."""
    return [browser.get(path).status_code for path in paths(edition, application)]


def test_a_partner_who_reads_sees_list_answers_and_board(place, browser) -> None:
    edition, partner, application = place
    browser.sign_in(partner)
    with db.reading(), scope.choose(edition.scope):
        email = session().get_one(Application, application.id).applicant.email
    listed, read, board = (browser.get(path).text for path in paths(edition, application))
    assert ("Kurage Health" in listed, "1 application" in listed) == (True, True)
    assert (f"Problem text {application.reference}" in read, "Company Kurage Health" in read) == (True, True)
    assert "Staff only words" not in read
    assert email not in listed + read + board
    assert ("Kurage Health" in board, "4.25" in board) == (True, True)
    for page in (listed, read, board):
        main = page.split("<main")[1].split("</main>")[0]
        assert re.findall(r"<(?:form|button|input|select|textarea)\b", main) == []
    home = browser.get(f"/editions/{edition.slug}/home").text
    assert [path in home for path in (paths(edition, application)[0], paths(edition, application)[2])] == [True, True]


@pytest.mark.parametrize("why", ["no host", "another part", "sealed", "ended"])
def test_who_does_not_read_finds_nothing(place, browser, why) -> None:
    edition, partner, application = place
    with db.transaction(), scope.choose(edition.scope):
        host = session().query(Host).one()
        if why == "no host":
            session().query(HostMember).delete()
        if why == "another part":
            host.reads_applications = False
        if why == "sealed":
            session().get_one(Edition, edition.id).sealed = True
        if why == "ended":
            for membership in session().query(Membership).filter_by(person_id=partner.id):
                membership.ended_at = membership.created_at
    browser.sign_in(partner)
    assert answers(browser, edition, application) == [404, 404, 404]
    if why != "ended":
        assert "/partner/applications" not in browser.get(f"/editions/{edition.slug}/home").text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTNER])
def test_other_roles_have_pages_of_their_own(place, browser, role) -> None:
    edition, _, application = place
    with db.transaction(), scope.choose(edition.scope):
        person = make_member(edition, role)
        add(HostMember(edition_id=edition.id, host_id=session().query(Host).one().id, person_id=person.id))
    browser.sign_in(person)
    assert answers(browser, edition, application) == [404, 404, 404]


def test_a_conflict_bars_a_partner_too_who_declares_it_alone(place, browser) -> None:
    edition, partner, application = place
    with db.reading(), scope.choose(edition.scope):
        slug = session().get_one(Application, application.id).startup.slug
    browser.sign_in(partner)
    declared = browser.post(
        f"/editions/{edition.slug}/conflicts", {"slugs": slug, "kind": "employer", "note": "", "do": "declare"}
    )
    assert declared.status_code == 302
    listed, read, board = (browser.get(path) for path in paths(edition, application))
    assert [page.status_code for page in (listed, read, board)] == [200, 404, 200]
    assert ("Kurage Health" in listed.text, "Kurage Health" in board.text) == (False, False)
    assert "1 application is not shown because of a conflict of interest." in listed.text


def test_drafts_are_their_founders_alone(place, browser) -> None:
    edition, partner, application = place
    with db.transaction(), scope.choose(edition.scope):
        session().get_one(Application, application.id).state = ApplicationState.WITHDRAWN
    browser.sign_in(partner)
    assert answers(browser, edition, application) == [200, 404, 200]
    assert "Kurage Health" not in browser.get(paths(edition, application)[0]).text


def test_the_call_says_who_reads_and_nobody_else(place, browser) -> None:
    edition, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        make_host(edition, "Bank")
        make_host(edition, "Sponsor", shares_data=False)
    page = browser.get(f"/calls/{edition.slug}").text.split('id="hosts"')[1].split("</section>")[0]
    said = {name: part.split("</li>")[0] for name, part in (one.split("</b>", 1) for one in page.split("<b>")[1:])}
    assert {
        name: ("Can read the applications." in text, "share their answers" in text) for name, text in said.items()
    } == {"City of Kobe": (True, False), "Bank": (False, True), "Sponsor": (False, False)}
    with db.reading(), scope.choose(edition.scope):
        labels = [consent["label"]["en"] for consent in forms.host_consents(edition)]
    assert labels == ["City of Kobe (its partners read the applications)", "Bank"]


def test_an_organisation_reads_only_what_applicants_were_told_of(app) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        admin = make_member(edition, Role.ADMIN)
        name, part = {"en": "Bank", "ja": "銀行"}, {"en": "Partner", "ja": "協力"}
        with pytest.raises(Refused, match="only if applicants are asked"):
            lists.change_hosts(edition, [HostLine(name, part, reads_applications=True)], actor=admin)
        reads = HostLine(name, part, shares_data=True, reads_applications=True)
        with pytest.raises(Refused, match="Applicants were not told"):
            lists.change_hosts(edition, [reads], actor=admin)
        edition.opens_at = edition.closes_at.replace(microsecond=0) - (edition.closes_at - edition.opens_at) / 4
        lists.change_hosts(edition, [reads], actor=admin)
        assert [host.reads_applications for host in session().query(Host)] == [True]


def test_an_admin_says_which_organisation_a_partner_comes_from(place, browser) -> None:
    edition, partner, application = place
    with db.transaction(), scope.choose(edition.scope):
        admin, staff = make_member(edition, Role.ADMIN), make_member(edition, Role.STAFF)
        host = session().query(Host).one()
        session().query(HostMember).delete()
    address = f"/editions/{edition.slug}/settings/partners"
    chosen = {"partners-0-person_id": str(partner.id), "partners-0-host_id": str(host.id)}
    assert browser.sign_in(staff).post(address, chosen).status_code == 404
    assert browser.sign_in(admin).post(address, chosen).status_code == 302
    assert f'<option selected value="{host.id}">' in browser.get(f"/editions/{edition.slug}/settings").text
    assert answers(browser.sign_in(partner), edition, application) == [200, 200, 200]
    browser.sign_in(admin)
    refused = browser.post(address, {"partners-0-person_id": str(admin.id), "partners-0-host_id": str(host.id)})
    assert (refused.status_code, "is no longer a partner" in refused.text) == (422, True)
    assert browser.post(address, {**chosen, "partners-0-host_id": ""}).status_code == 302
    assert answers(browser.sign_in(partner), edition, application) == [404, 404, 404]


def test_of_two_admins_nobody_overwrites_unseen_what_the_other_saved(place, browser) -> None:
    edition, partner, _ = place
    with db.transaction(), scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        host = session().query(Host).one()
    here = f"/editions/{edition.slug}/settings"
    sent = UntouchedForms(here, browser.sign_in(admin).get(here).text).forms[f"{here}/partners"]
    assert browser.post(f"{here}/partners", {**sent, "partners-0-host_id": ""}).status_code == 302
    late = browser.post(f"{here}/partners", sent)
    assert (
        late.status_code,
        "This was saved in the meantime, by somebody else or in another window." in late.text,
    ) == (422, True)
    assert f"<dt>{partner.name}</dt>" in late.text
    assert f'<option selected value="{host.id}">' in late.text
    again = UntouchedForms(here, late.text).forms[f"{here}/partners"]
    assert browser.post(f"{here}/partners", {**sent, "version": again["version"]}).status_code == 302


@pytest.mark.parametrize("extra", [0, 2])
def test_the_pages_ask_as_much_for_three_rows_as_for_one(place, browser, count_queries, extra) -> None:
    edition, partner, application = place
    with db.transaction(), scope.choose(edition.scope):
        for _ in range(extra):
            share(make_eligible(edition), session().query(Host).one())
    browser.sign_in(partner)
    counts = []
    for path in paths(edition, application):
        count_queries.clear()
        assert browser.get(path).status_code == 200
        counts.append(len(count_queries))
    assert counts == [7, 9, 10]
