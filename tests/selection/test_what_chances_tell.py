"""Places and chances count every application, so whoever must know nothing of one is shown neither as they are stored."""

import re

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.db import add, session
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import HostMember
from accelerator.scoring.models import RankingEntry
from tests.factories import make_edition, make_member
from tests.factories.scoring import make_conflict
from tests.factories.selection import make_board_entry, make_board_round
from tests.selection.test_partner_board import candidate, make_host

NOTE = "Because of a conflict of interest you see raw means, but no adjusted scores"


@pytest.fixture
def place(app):
    """Three ranked applications, all too close to call; the second bars one admin and one partner, and no others."""
    with db.transaction(), scope.choose((edition := make_edition(places=2)).scope):
        host, round_ = make_host(edition), make_board_round(edition)
        host.reads_applications = True
        partners = [make_member(edition, Role.PARTNER) for _ in range(2)]
        for partner in partners:
            add(HostMember(edition_id=edition.id, host_id=host.id, person_id=partner.id))
        admins = [make_member(edition, Role.ADMIN) for _ in range(2)]
        found = [candidate(edition, host, name) for name in ("Lumen", "Mugi", "Sora")]
        for application, rank, raw_rank, chance in zip(found, (1, 2, 3), (3, 1, 2), (0.81, 0.66, 0.53), strict=True):
            make_board_entry(round_, application, 5.0 - rank, rank=rank, raw_rank=raw_rank, chance=chance)
        for person in (admins[0], partners[0]):
            make_conflict(found[1], person)
    return edition, admins, partners, found


def in_words(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_a_place_counts_nothing_that_bars_the_viewer(place, browser) -> None:
    edition, (barred, free), _partners, (first, _hidden, last) = place
    base = f"/editions/{edition.slug}"
    seen = (
        (barred, [["2"], ["1"]], ["Place 2 by raw mean.", "Place 1 by raw mean."]),
        (free, [["3", "1"], ["2", "3"]], ["Place 1, by raw mean 3.", "Place 3, by raw mean 2."]),
    )
    for person, places, sentences in seen:
        browser.sign_in(person)
        for application, place, said in zip((first, last), places, sentences, strict=True):
            scores = in_words(browser.get(f"{base}/rounds/1/scores/{application.reference}"))
            assert re.findall(r"place (\d)", scores) == place
            assert said in in_words(browser.get(f"{base}/selection/{application.reference}"))
        compared = in_words(browser.get(f"{base}/selection/compare?a={first.reference}&a={last.reference}"))
        assert [said in compared for said in sentences] == [True, True]


def test_no_adjusted_score_is_shown_while_it_moves_with_a_hidden_review(place, browser) -> None:
    """It shifts by some hundredths when a review of another application arrives; the raw mean stays and is shown."""
    edition, (barred, free), (partner, other), (first, _hidden, last) = place
    with db.transaction(), scope.choose(edition.scope):
        entry = session().query(RankingEntry).filter_by(application_id=first.id).one()
        entry.adjusted, entry.low, entry.high, entry.raw_mean = 3.87, 3.61, 4.13, 3.33
        session().query(RankingEntry).filter_by(application_id=last.id).one().raw_mean = 4.44
    base = f"/editions/{edition.slug}"
    team = [
        f"selection{tail}"
        for tail in ("", "?order=adjusted", "?order=name", f"/{first.reference}", f"/compare?a={first.reference}")
    ]
    team += [f"rounds/1/scores/{first.reference}"]
    looks = [(person, address) for person in (barred, free) for address in team]
    for person, address in [*looks, (partner, "partner/board"), (other, "partner/board")]:
        page = browser.sign_in(person).get(f"{base}/{address}").text
        withheld = person in (barred, partner)
        told = [re.search(rf"(?<!\d){re.escape(figure)}", page) is not None for figure in ("3.87", "3.61", "4.13")]
        if withheld:
            assert (address, told, "3.33" in page) == (address, [False] * 3, True)
        else:
            assert (address, told[0]) == (address, True)
    # By raw means the last one stands first: so it does for whoever sees nothing else.
    for person, order in ((barred, [last.name, first.name]), (free, [first.name, last.name])):
        board = browser.sign_in(person).get(f"{base}/selection").text
        assert re.findall(rf">({first.name}|{last.name})</a>", board)[:2] == order


def test_no_chance_is_shown_while_one_of_them_is_hidden(place, browser) -> None:
    edition, (barred, free), partners, _found = place
    board, partner = f"/editions/{edition.slug}/selection", f"/editions/{edition.slug}/partner/board"
    seen = [(person, board + query) for person in (barred, free) for query in ("", "?order=chance", "?order=name")]
    for person, address in [*seen, *((person, partner) for person in partners)]:
        page = browser.sign_in(person).get(address)
        withheld = person in (barred, partners[0])
        told = ["81%" in page.text, "53%" in page.text, ">Chance<" in page.text, NOTE in in_words(page)]
        assert (address, told) == (address, [not withheld] * 3 + [withheld])


def test_no_order_band_or_list_of_close_calls_comes_from_hidden_chances(place, browser) -> None:
    edition, (barred, free), *_ = place
    for person in (barred, free):
        page = browser.sign_in(person).get(f"/editions/{edition.slug}/selection?order=chance").text
        told = ["too close to call, so" in page, 'value="chance"' in page, "is-close" in page, "Close call" in page]
        assert told == [person is free] * 4


def test_no_chance_is_shown_after_the_letter_went_out_either(place, browser) -> None:
    """All chances add up to the places, whatever has been decided since: the one that is missing could be worked out."""
    edition, (barred, _free), *_, (_first, hidden, _last) = place
    with db.transaction(), scope.choose(edition.scope):
        session().get_one(Application, hidden.id).state = ApplicationState.DECLINED
    page = browser.sign_in(barred).get(f"/editions/{edition.slug}/selection")
    assert ("81%" in page.text, NOTE in in_words(page)) == (False, True)
