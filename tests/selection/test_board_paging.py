"""A board of more applications than a usual call goes over pages, and a page's size stops growing."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.intake.models import ApplicationState
from accelerator.selection.views import board
from tests.factories import Browser, make_application, make_edition, make_member


def test_rows_beyond_the_page_are_on_the_next(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "ROWS", 2)
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            names = sorted(make_application(edition, ApplicationState.ELIGIBLE).name for _ in range(3))
            staff = make_member(edition, Role.STAFF)
    path = f"/editions/{edition.slug}/selection"
    pages = [browser.sign_in(staff).get(f"{path}?page={page}").text for page in (1, 2, 9)]
    assert [[f"data-open>{name}</a>" in page for name in names] for page in pages] == [
        [True, True, False],
        [False, False, True],
        [False, False, True],
    ]
    assert ["3 of 3 shown" in page for page in pages] == [True, True, True]
