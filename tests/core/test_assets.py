"""Style sheets: a page asks for one of its kind and one for paper, and no part is forgotten."""

import re
from pathlib import Path

import pytest

from accelerator.accounts.models import Role
from accelerator.core import assets, db
from accelerator.core.web import App
from tests.factories import Browser, make_edition, make_member

PARTS = Path(assets.__file__).parent.parent / "static" / "css"
LINK = re.compile(r'<link rel="stylesheet" href="/assets/[0-9a-f]{12}/(css/[a-z]+\.css)"( media="print")?>')


def test_every_part_belongs_to_a_sheet_and_every_sheet_is_made_of_parts() -> None:
    used = {part for parts in assets.SHEETS.values() for part in parts} | {"print"}
    assert used == {path.stem for path in PARTS.glob("*.css")}
    assert set(assets.SHEETS["css/public.css"]) < set(assets.SHEETS["css/app.css"])


@pytest.mark.parametrize("name", assets.SHEETS)
def test_a_sheet_is_its_parts_in_order_and_asked_for_again_it_has_not_changed(app: App, name: str) -> None:
    with app.test_client().get(f"/assets/0/{name}") as answer:
        text = answer.get_data(as_text=True)
    assert text == "\n".join((PARTS / f"{part}.css").read_text() for part in assets.SHEETS[name])
    assert answer.mimetype == "text/css"
    with app.test_client().get(f"/assets/0/{name}", headers={"If-None-Match": answer.headers["ETag"]}) as same:
        assert (same.status_code, same.data) == (304, b"")


def test_a_workspace_and_a_public_page_ask_for_two_sheets_each(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
    public = [("css/public.css", ""), ("css/print.css", ' media="print"')]
    assert LINK.findall(browser.get("/sign-in").text) == public
    assert LINK.findall(browser.get(f"/calls/{edition.slug}").text) == public
    assert LINK.findall(browser.get("/nothing-is-here").text) == public
    home = browser.sign_in(staff).get(f"/editions/{edition.slug}/home").text
    assert LINK.findall(home) == [("css/app.css", ""), public[1]]


def test_no_rule_is_for_a_class_that_nothing_uses() -> None:
    """Classes are words of templates, scripts or code, or made of a word and a number or kind."""
    root = PARTS.parents[2]
    sources = [*(root / "templates").rglob("*.html"), *(root / "accelerator").rglob("*.py")]
    sources += (PARTS.parent / "js").rglob("*.js")
    words = {word for path in sources for word in re.findall(r"[\w-]+", path.read_text())}
    made = re.compile(r"(c|h|k|sw-|av|iv-)\w")  # series, shades, people: numbered where they are drawn
    for path in PARTS.glob("*.css"):
        rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", path.read_text(), flags=re.DOTALL)
        classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", rules))
        assert [name for name in sorted(classes - words) if not made.fullmatch(name) and "htmx" not in name] == []
