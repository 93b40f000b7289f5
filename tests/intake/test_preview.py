"""The team looks at the call and its form as applicants see them; nothing can be saved there."""

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.intake.models import Application
from accelerator.intake.queries import forms
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member
from tests.factories.intake import make_form


@pytest.fixture
def place(app: object) -> tuple[Edition, Person, list[str]]:
    """An edition with a form, somebody of its team, and the keys of the form's pages."""
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
    with db.transaction(), scope.choose(edition.scope):
        return edition, staff, [section.key for section in make_form(edition).sections]


def test_every_page_is_shown_in_both_languages_and_takes_nothing(
    browser: Browser, place: tuple[Edition, Person, list[str]]
) -> None:
    edition, staff, keys = place
    start = f"/editions/{edition.slug}/form/preview"
    browser.sign_in(staff)
    assert f'href="{start}"' in browser.get(f"/editions/{edition.slug}/form").text
    with db.reading(), scope.choose(edition.scope):
        form = forms.current_form(edition)
        assert form is not None
        titles = [section.title for section in form.sections]
    for language in ("en", "ja"):
        call = browser.get(f"{start}?language={language}")
        assert call.status_code == 200
        assert f'<html lang="{language}"' in call.text
        for key, title in zip(keys, titles, strict=True):
            assert f"{start}/{key}?language={language}" in call.text
            page = browser.get(f"{start}/{key}?language={language}").text
            assert f"<h1>{title[language]}</h1>" in page
            main = page.split('id="main"')[1].split("</main>")[0]
            assert (" disabled" in main, 'role="group"' in main) == (False, True)
            assert "<form" not in main
            assert "data-autosave" not in main
    assert browser.post(f"{start}/company", {"name": "X"}).status_code == 405
    assert browser.get(f"{start}/no_such").status_code == 302
    with db.reading() as session, scope.everywhere():
        assert session.query(Application).count() == 0


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FOUNDER, Role.PARTNER, Role.MENTOR, Role.INVESTOR])
def test_the_preview_is_the_team_s_alone(
    browser: Browser, place: tuple[Edition, Person, list[str]], role: Role
) -> None:
    edition, _staff, _keys = place
    with db.transaction():
        member, other = make_member(edition, role), make_member(make_edition(), Role.ADMIN)
    for person in (member, other):
        browser.sign_in(person)
        for path in ("", "/company"):
            assert browser.get(f"/editions/{edition.slug}/form/preview{path}").status_code == 404
