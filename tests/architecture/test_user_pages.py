"""The pages for each kind of person: both languages, pictures that are there, and words that the screens have."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from tests.architecture.documents import catalogued, links, text_of
from tests.architecture.source import ROOT

FOLDER = ROOT / "docs" / "users"
KINDS = ("staff", "reviewer", "founder", "mentor", "investor", "partner")
LANGUAGES = {"en": "", "ja": ".ja"}
PAGES = [(kind, language) for kind in KINDS for language in LANGUAGES]
MOST_BYTES = 2_000_000
PICTURE = re.compile(r"!\[([^\]]+)\]\(pictures/([\w-]+)\.(en|ja)\.webp\)")


def page_of(kind: str, language: str) -> Path:
    return FOLDER / f"{kind}{LANGUAGES[language]}.md"


def taken() -> list[dict[str, Any]]:
    """What ``make pictures`` takes."""
    return tomllib.loads(text_of(FOLDER / "pictures.toml"))["picture"]


def test_each_kind_of_person_has_a_page_in_both_languages() -> None:
    pages = {page_of(kind, language).name for kind, language in PAGES} | {"README.md", "README.ja.md"}
    assert {path.name for path in FOLDER.glob("*.md")} == pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_to_each(language: str) -> None:
    first = page_of("README", language)
    assert {page_of(kind, language).name for kind in KINDS} <= set(links(first))


@pytest.mark.parametrize(("kind", "language"), PAGES)
def test_a_page_has_two_or_three_pictures_in_its_language(kind: str, language: str) -> None:
    pictures = PICTURE.findall(text_of(page_of(kind, language)))
    assert len(pictures) in {2, 3}
    assert [name for _said, name, spoken in pictures if spoken != language or not name.startswith(f"{kind}-")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_show_what_is_taken(language: str) -> None:
    shown = [name for kind in KINDS for _said, name, _spoken in PICTURE.findall(text_of(page_of(kind, language)))]
    assert sorted(shown) == sorted(picture["name"] for picture in taken())


def test_every_picture_is_there_and_none_is_left_over() -> None:
    names = {f"{picture['name']}.{language}.webp" for picture in taken() for language in LANGUAGES}
    files = list((FOLDER / "pictures").iterdir())
    assert {path.name for path in files} == names
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


def test_pictures_are_taken_from_pages_that_exist(app) -> None:
    routes, lost = app.url_map.bind("127.0.0.1"), []
    for picture in taken():
        try:
            routes.match(picture["path"], method="GET")
        except HTTPException:
            lost.append(picture["path"])
    assert lost == []


@pytest.mark.parametrize(("kind", "language"), [*PAGES, ("README", "en"), ("README", "ja")])
def test_bold_words_are_words_of_the_screens(kind: str, language: str) -> None:
    """What a page prints bold is a button, a heading or an entry of the menu, and called so there."""
    bold = re.findall(r"\*\*([^*]+)\*\*", text_of(page_of(kind, language)))
    words = {pair[language == "ja"] for pair in catalogued()} | {"Demo Day"}
    assert [word for word in bold if word not in words] == []
