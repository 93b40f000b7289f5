"""The privacy notice: what it says follows from what is set; admins write its free parts, and nobody else."""

import re

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.intake.models import Application
from accelerator.programmes.models import Host
from tests.factories import make_edition, make_member
from tests.factories.intake import make_form


def words(page) -> str:
    """The page in words alone."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.split("<main")[1]).split())


def test_everybody_reads_what_is_asked_who_reads_it_and_how_long_it_stays(app, browser) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        session().query(Host).one().reads_applications = True
    said = words(browser.get(f"/calls/{edition.slug}/privacy"))
    days = Application.__life__.ends[0].days
    expected = [
        "Host 1: its partners read the applications that are shared with it",
        f"removed once the call has been closed for {days} days",
        "You may use our answers to run this call. (needed to send an application)",
        "We answer a few questions for statistics (optional)",
        "The programme team has named no address here yet.",
        "Shown to nobody who decides About each founder",
    ]
    assert [sentence for sentence in expected if sentence not in said] == []
    assert f'href="/calls/{edition.slug}/privacy"' in browser.get(f"/calls/{edition.slug}").text


def test_admins_write_the_free_parts_in_both_languages(app, browser) -> None:
    with db.transaction():
        edition = make_edition()
        admin, staff, founder = (make_member(edition, role) for role in (Role.ADMIN, Role.STAFF, Role.FOUNDER))
    here = f"/editions/{edition.slug}/settings/privacy"
    typed = {
        f"{part}_{code}": f"{part} {code} <b>"
        for part in ("responsible", "contact", "further")
        for code in ("en", "ja")
    }
    for person in (staff, founder):
        assert [browser.sign_in(person).get(here).status_code, browser.post(here, typed).status_code] == [404, 404]
    browser.sign_in(admin)
    shown = re.search(r'name="version"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="version"', browser.get(here).text)
    version = next(group for group in shown.groups() if group)
    assert browser.post(here, {**typed, "version": version}).location == f"/calls/{edition.slug}/privacy"
    page = browser.get(f"/calls/{edition.slug}/privacy").text
    assert [f"{part} en &lt;b&gt;" in page for part in ("responsible", "contact", "further")] == [True] * 3
    assert "responsible ja" not in page
    late = browser.post(here, {**typed, "contact_en": "mine", "version": version})
    assert (late.status_code, "This was saved in the meantime" in late.text) == (422, True)
