"""Whoever's role has ended gets what a stranger gets: in the same browser, by every page and form known from before."""

from sqlalchemy import select
from werkzeug.test import TestResponse

from accelerator.accounts.models import Membership, Person, Role
from accelerator.accounts.operations import roles
from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.web import App
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_person
from tests.visits.forms import CLUMSY, Form, filled
from tests.visits.test_every_form import forms_of
from tests.visits.walking import Walk

HOLDERS = (
    (Role.ADMIN, "Haruka", "kobe-2020-running"),
    (Role.STAFF, "Riku", "kobe-2020-scoring"),
    (Role.REVIEWER, "Daniel", "kobe-2020-scoring"),
    (Role.MENTOR, "Maya", "kobe-2020-running"),
    (Role.FOUNDER, "Aoi", "kobe-2020-running"),
    (Role.FOUNDER, "Aoi", "kobe-2020-call"),
    (Role.FOUNDER, "Aoi", "kobe-2020-demo-day"),
    (Role.INVESTOR, "Ines", "kobe-2020-demo-day"),
    (Role.PARTNER, "Yui", "kobe-2020"),
)
INSIDE = ("/editions/", "/events/", "/demo-day/", "/calls/")


def known_pages(app: App, browser: Browser, slug: str) -> list[str]:
    """Every page that the person comes to, one of each kind."""
    walk = Walk(browser, app.url_map.bind("localhost"), slug, most=1)
    return [path for path, answer in walk.pages() if answer.status_code == 200 and path.startswith(INSIDE)]


def known_forms(app: App, person: Person, slug: str) -> list[tuple[str, Form]]:
    """Every form of the edition that the person comes to; the list of workspaces leads into others too."""
    inside = tuple(f"{start}{slug}/" for start in INSIDE)
    return [(action, form) for action, form in forms_of(app, person, slug) if action.startswith(inside)]


def end_roles(person: Person, slug: str) -> set[Role]:
    """End whatever the person is in the edition."""
    with db.transaction() as session:
        edition = session.scalars(select(Edition).where(Edition.slug == slug)).one()
        held = Membership.person_id == person.id, Membership.edition_id == edition.id, Membership.ended_at.is_(None)
        rows = session.scalars(select(Membership).where(*held)).all()
        with scope.choose(edition.scope):
            for row in rows:
                roles.end_role(row, actor=person)
        return {row.role for row in rows}


def acts_of(person: Person) -> int:
    """The last thing that the trail says of the person inside of an edition."""
    with db.reading() as session:
        inside = AuditEntry.actor_id == person.id, AuditEntry.scope_key.is_not(None)
        return session.scalars(select(AuditEntry.id).where(*inside).order_by(AuditEntry.id.desc()).limit(1)).one()


def is_own_consent(path: str) -> bool:
    """Whoever gave a consent withdraws it whatever became of their role: it is about their own data."""
    return "/my/consents/" in path


def said(path: str, answer: TestResponse) -> tuple[str, int]:
    """What is compared: the address and the status."""
    return path, answer.status_code


def test_nothing_is_left_of_an_ended_role(app: App, people: dict[str, Person]) -> None:
    with db.transaction():
        somebody = make_person()
    stranger = Browser(app).sign_in(somebody)
    for role, name, slug in HOLDERS:
        person, browser = people[name], Browser(app).sign_in(people[name])
        pages, forms = known_pages(app, browser, slug), known_forms(app, person, slug)
        assert len(pages) > 3
        assert end_roles(person, slug) == {role}
        last = acts_of(person)
        pages = [path for path in pages if not is_own_consent(path)]
        assert [said(path, browser.get(path)) for path in pages] == [said(path, stranger.get(path)) for path in pages]
        for action, form in forms:
            if is_own_consent(action):
                continue
            mine, theirs = (visitor.post(action, filled(form, CLUMSY)) for visitor in (browser, stranger))
            assert (role, *said(action, mine)) == (role, *said(action, theirs))
        assert acts_of(person) == last
