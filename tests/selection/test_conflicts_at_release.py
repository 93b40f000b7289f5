"""Releases and conflicts of interest: who may sign, what is said to whom, and what nobody can subtract."""

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Membership, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.selection.models import Choice, ReleaseState
from accelerator.selection.operations.releases import approve_release, prepare_release, release_decisions
from accelerator.selection.queries import board, signing
from accelerator.selection.queries.releases import release_under_way
from tests.factories import make_edition, make_founder, make_member
from tests.factories.scoring import make_conflict
from tests.factories.selection import make_candidate, make_decision

NEEDS_ANOTHER = "You and the preparer both have a conflict of interest with a letter."
NOBODY_ELSE = "Nobody without a conflict of interest can approve, so you may."
UNDECIDED = "Some applications that you have a conflict with have no decision yet."


@pytest.fixture
def place(app):
    """Two offers and two declines; staff and an admin have a conflict with different ones, a partner signs too."""
    with db.transaction():
        edition = make_edition()
        people = {role: make_member(edition, role) for role in (Role.STAFF, Role.ADMIN)}
        with scope.choose(edition.scope):
            named = {name: make_candidate(edition, name=name) for name in ("Lumen", "Kurage", "Sora", "Mugi")}
            for name, application in named.items():
                choice = Choice.OFFER if name in ("Lumen", "Kurage") else Choice.DECLINE
                make_decision(application, people[Role.STAFF], choice)
            make_conflict(named["Kurage"], people[Role.STAFF])
            make_founder(named["Sora"].startup, people[Role.ADMIN])
    return edition, people, named


def prepare(place, role: Role = Role.STAFF):
    edition, people, _ = place
    with db.transaction(), scope.choose(edition.scope):
        return prepare_release(edition, actor=people[role], sure=True)


def approve(place, actor):
    edition, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        release = release_under_way(edition)
        approve_release(release, typed_count=4, actor=actor, sure=True)
    return release


def test_of_two_people_one_has_to_be_free_while_somebody_is(place, browser) -> None:
    edition, people, _ = place
    with db.transaction():
        partner = make_member(edition, Role.PARTNER)
    mark = prepare(place).version
    address = f"/editions/{edition.slug}/selection/release"
    page = browser.sign_in(people[Role.ADMIN]).get(address).text
    assert (NEEDS_ANOTHER in page, "Approve the release" in page) == (True, False)
    answer = browser.post(f"{address}/approve", {"count": "4", "version": mark, "sure": "yes"})
    assert answer.status_code == 422
    assert 'id="count-e1"' in answer.text
    assert NEEDS_ANOTHER in answer.text
    assert approve(place, partner).state is ReleaseState.APPROVED


def test_where_nobody_is_free_it_goes_on_with_a_warning(place, browser) -> None:
    edition, people, named = place
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(named["Mugi"], make_member(edition, Role.PARTNER))
    mark = prepare(place).version
    address = f"/editions/{edition.slug}/selection/release"
    assert NOBODY_ELSE in browser.sign_in(people[Role.ADMIN]).get(address).text
    assert browser.post(f"{address}/approve", {"count": "4", "version": mark, "sure": "yes"}).status_code == 302


@pytest.mark.parametrize("free", [Role.STAFF, Role.ADMIN])
def test_one_who_is_free_is_enough_whichever(place, free) -> None:
    edition, people, _ = place
    with db.transaction():
        people[free] = make_member(edition, free)
    prepare(place, Role.STAFF)
    assert approve(place, people[Role.ADMIN]).state is ReleaseState.APPROVED


def test_who_left_can_not_sign_and_one_signature_needs_nobody_free(place) -> None:
    edition, people, _named = place
    with db.transaction():
        ended = make_member(edition, Role.PARTNER)
        end_role(ended, edition)
    prepare(place)
    with db.reading(), scope.choose(edition.scope):
        release = release_under_way(edition)
        assert signing.signature(edition, release, people[Role.ADMIN]) is signing.Signature.NOBODY_FREE
        edition.two_person_release = False
        assert signing.signature(edition, release, people[Role.ADMIN]) is signing.Signature.FREE


def end_role(person, edition) -> None:
    membership = db.session().scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.edition_id == edition.id)
    )
    membership.one().ended_at = clock.now()


def test_the_page_says_that_the_number_to_type_has_more_than_it_shows(place, browser) -> None:
    edition, people, named = place
    with db.transaction(), scope.choose(edition.scope):
        free = make_member(edition, Role.ADMIN)
        people[Role.STAFF] = make_member(edition, Role.STAFF)
        partner = make_member(edition, Role.PARTNER)
        make_conflict(named["Mugi"], partner)
    prepare(place)
    address = f"/editions/{edition.slug}/selection/release"
    said = "1 of 4 letters is left out by kind and in the lists because of a conflict of interest."
    page = browser.sign_in(partner).get(address).text
    assert (said in page, "Count the letter that is left out too." in page) == (True, True)
    page = browser.sign_in(free).get(address).text
    assert ("left out" in page, "Approve the release" in page) == (False, True)


def test_the_trail_keeps_how_many_letters_a_signer_is_bound_to(place) -> None:
    edition, *_ = place
    prepare(place)
    with db.transaction():
        partner = make_member(edition, Role.PARTNER)
    approve(place, partner)
    with db.reading() as opened:
        acts = select(AuditEntry.action, AuditEntry.changes).where(AuditEntry.action.in_(SIGNED))
        assert [(action, changes["conflicts"]) for action, changes in opened.execute(acts)] == [
            ("selection.prepared", 1),
            ("selection.approved", 0),
        ]


SIGNED = ("selection.prepared", "selection.approved")


def test_the_sums_of_a_release_are_kept_from_whom_one_of_its_letters_bars(place, browser) -> None:
    edition, people, _ = place
    prepare(place)
    with db.transaction():
        free = make_member(edition, Role.STAFF)
    approve(place, free)
    base = f"/editions/{edition.slug}/audit"
    for person, shows in ((free, True), (people[Role.STAFF], False), (people[Role.ADMIN], False)):
        browser.sign_in(person)
        for text in (browser.get(base).text, browser.post(f"{base}.csv").get_data(as_text=True)):
            assert "signed the release of the decisions" in text
            assert ("Offer: 2" in text, "Letters with a conflict of interest of the signer" in text) == (shows, shows)
    with db.transaction(), scope.choose(edition.scope):
        release_decisions(release_under_way(edition), actor=free)
    assert "Offer: 2" in browser.get(base).text


def test_a_gap_that_a_conflict_hides_is_said_without_a_number(place, browser) -> None:
    edition, people, named = place
    with db.transaction(), scope.choose(edition.scope):
        db.session().delete(board.decision(named["Kurage"]))
    address = f"/editions/{edition.slug}/selection/release"
    page = browser.sign_in(people[Role.STAFF]).get(address).text
    assert UNDECIDED in page
    assert "has no decision yet" not in page
    assert "Prepare the release" not in page
    answer = browser.post(f"{address}/prepare", {"answer_days": "7"})
    assert (answer.status_code, UNDECIDED in answer.text) == (422, True)
    page = browser.sign_in(people[Role.ADMIN]).get(address).text
    assert ("1 application has no decision yet." in page, UNDECIDED in page) == (True, False)
    with pytest.raises(Refused, match="1 application has no decision yet"):
        prepare(place, Role.ADMIN)
