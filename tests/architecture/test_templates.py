"""The rules of the house for templates."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TEMPLATES = ROOT / "templates"
PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] not in {"emails", "reports"}
    and "pdf" not in path.parts
    and path.name != "mail.html"
)
ALL = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
WIDTH = 120  # characters of a line
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def found(pattern: str, paths: list[Path], flags: int = re.IGNORECASE) -> list[str]:
    """Every place where ``pattern`` is met, comments left out."""
    compiled = re.compile(pattern, flags)
    places = []
    for path in paths:
        text = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), path.read_text(encoding="utf-8"))
        for match in compiled.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            places.append(f"{path.relative_to(ROOT)}:{line}: {match.group()[:60]}")
    return places


@pytest.mark.parametrize(
    "pattern",
    [
        r"<style\b",
        r"\sstyle\s*=",
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
        r"hx-on\b",
        r"\bjs:",
        r"hx-vals=['\"]js",
    ],
    ids=["style element", "style attribute", "inline script", "handler", "script address", "hx-on", "js:", "js values"],
)
def test_pages_run_nothing_of_their_own(pattern):
    """The policy of the pages would stop it, and whoever wrote it would wonder."""
    assert found(pattern, PAGES) == []


def test_no_template_line_is_over_120_characters():
    """A change is read line by line, and so is what it changes."""
    paths = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    lines = [(path, number, line) for path in paths for number, line in enumerate(path.read_text().splitlines(), 1)]
    long = [f"{path.relative_to(ROOT)}:{number}: {len(line)}" for path, number, line in lines if len(line) > WIDTH]
    assert long == []


def test_templates_hold_no_control_characters():
    """Nobody sees them in a review, and a style sheet ends at one."""
    texts = {path: path.read_text() for path in TEMPLATES.rglob("*") if path.is_file()}
    assert [str(path) for path, text in texts.items() if re.search("[\x00-\x08\x0b-\x1f\x7f]", text)] == []


def test_every_value_is_quoted_and_every_element_closed():
    faults = []
    for path in ALL:
        if path.suffix == ".html":
            text = re.sub(r"\{\{.*?\}\}", "x", COMMENT.sub("", path.read_text(encoding="utf-8")), flags=re.DOTALL)
            tags = re.findall(
                r"<(/?)([a-z][\w-]*)((?:\{%.*?%\}|\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", text, re.DOTALL | re.IGNORECASE
            )
            balance = Counter[str]()
            for close, name, rest in tags:
                values = re.sub(r"\"[^\"]*\"|'[^']*'", '""', re.sub(r"\{%.*?%\}", "", rest, flags=re.DOTALL))
                if re.search(r"=(?!\")", values):
                    faults.append(f"{path.relative_to(ROOT)}: <{name}{rest}>")
                if name not in VOID and not rest.endswith("/"):
                    balance[name] += -1 if close else 1
            faults += [f"{path.relative_to(ROOT)}: <{name}> {number:+}" for name, number in balance.items() if number]
    assert faults == []


@pytest.mark.parametrize("pattern", [r"\|\s*safe\b", r"autoescape\s+false", r"\bMarkup\("])
def test_nothing_escapes_escaping(pattern):
    assert found(pattern, ALL) == []


def test_every_form_that_posts_carries_the_token():
    bare = []
    for path in PAGES:
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        for form in re.findall(r"<form\b[^>]*method=[\"']?post.*?</form>", text, re.IGNORECASE | re.DOTALL):
            if "csrf_token" not in form:
                bare.append(f"{path.relative_to(ROOT)}: {form[:80]}")
    assert bare == []


def test_pages_take_nothing_from_other_sites():
    assert found(r"(src|href|action)=[\"'](https?:)?//", PAGES) == []


def test_every_page_has_one_heading_of_the_first_order():
    """In the page itself or by the macro; fragments and layouts have none."""
    heading = re.compile(r"<h1\b|page_head\(")
    pages = [path for path in PAGES if "extends" in path.read_text() and "layouts" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in pages if not heading.search(path.read_text())] == []


def test_words_are_translated():
    """A text between two tags that has letters and is no expression was forgotten."""
    names = {"Funade", "HTML", "PDF", "CSV", "ICS", "JSON", "UTC", "Message-ID"}
    forgotten = []
    for path in PAGES:
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        text = re.sub(r"\{%-?\s*(trans|pluralize).*?endtrans\s*-?%\}", "", text, flags=re.DOTALL)
        text = re.sub(r"\{% block \w+_class %\}[\w -]*\{% endblock %\}", "", text)  # names of classes
        text = re.sub(r"\{% block main_class %\}.*?\{% endblock %\}", "", text)
        text = re.sub(r"<(script|svg|style|code|kbd)\b.*?</\1>", "", text, flags=re.DOTALL)
        # Expressions hold brackets of their own, so they go before the tags are taken away.
        plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|&\w+;", "", text, flags=re.DOTALL)
        plain = re.sub(r"<[^<>]*>|[\w-]+=\"[^\"]*\"", "\n", plain)
        forgotten += [
            f"{path.relative_to(ROOT)}: {word[:60]}"
            for word in re.findall(r"[A-Za-z][A-Za-z-]+", plain)
            if word not in names
        ]
    assert forgotten == []


@pytest.mark.parametrize("kind", sorted(path.name for path in (TEMPLATES / "emails").iterdir() if path.is_dir()))
def test_every_mail_has_its_three_texts(kind):
    present = {path.name for path in (TEMPLATES / "emails" / kind).iterdir()}
    assert present == {"subject.txt", "body.txt", "body.html"}
