"""The documents name nothing that is not there, and say all that there is to set."""

import re
from pathlib import Path

import pytest
from click import Context

from tests.architecture.documents import (
    DOTTED,
    FILE,
    FOLDER,
    anchors,
    catalogued,
    documents,
    is_there,
    lines_of_code,
    links,
    resolves,
    spans,
    text_of,
)
from tests.architecture.source import ROOT, STAGES, place

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
EVERY = [pytest.param(path, id=place(path)) for path in documents()]
TARGET = re.compile(r"^([a-z]+):(.*)$", re.MULTILINE)


def commands() -> set[str]:
    """What ``make`` can be told."""
    return {name for name, _rest in TARGET.findall(text_of(ROOT / "Makefile"))}


@pytest.mark.parametrize("path", EVERY)
def test_files_and_folders_are_there(path: Path) -> None:
    named = [span for span in spans(path) if FILE.match(span) or FOLDER.match(span)]
    assert [name for name in named if not is_there(name)] == []


@pytest.mark.parametrize("path", EVERY)
def test_dotted_names_lead_somewhere(path: Path) -> None:
    named = [span for span in spans(path) if DOTTED.match(span) and not is_there(span)]
    assert [name for name in named if not resolves(name)] == []


@pytest.mark.parametrize("path", EVERY)
def test_links_lead_somewhere(path: Path) -> None:
    lost = []
    for link in links(path):
        name, _hash, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("path", EVERY)
def test_what_make_is_told_it_knows(path: Path) -> None:
    told = re.compile(r"^(?:\w+=\S+ )*make ([a-z]+)(?![\w-])")
    asked = [match[1] for line in lines_of_code(path) if (match := told.match(line.strip()))]
    assert [name for name in asked if name not in commands()] == []


@pytest.mark.parametrize("path", EVERY)
def test_commands_of_the_installation_exist(app, path: Path) -> None:
    asked = [name for line in lines_of_code(path) for name in re.findall(r"flask --app wsgi ([a-z]+)", line)]
    with app.app_context():
        context = Context(app.cli)
        assert [name for name in asked if app.cli.get_command(context, name) is None] == []


def test_the_house_names_every_stage() -> None:
    text = text_of(ROOT / "docs" / "architecture.md")
    assert [stage for stage in STAGES if f"`accelerator/{stage}/`" not in text] == []


@pytest.mark.parametrize("path", DECISIONS, ids=[path.stem for path in DECISIONS])
def test_decisions_have_context_and_consequences(path: Path) -> None:
    heads = re.findall(r"^## (.+)$", text_of(path), re.MULTILINE)
    assert heads == ["Context", "Decision", "Consequences"]
    assert f"({path.name})" in text_of(path.with_name("README.md"))


def test_a_name_that_is_nowhere_is_found_out() -> None:
    assert not resolves("scoring.rubric.weigh_by_moonlight")
    assert not is_there("accelerator/scoring/moonlight.py")
    assert resolves("scoring.rubric.weighted_total")


def read_from_the_environment() -> set[str]:
    """The variables that the program reads where it is set up."""
    sources = [text_of(ROOT / name) for name in ("config.py", "gunicorn.conf.py")]
    return {name for text in sources for name in re.findall(r'"((?:FUNADE_[A-Z_]+|[A-Z]+_URL))"', text)}


def test_every_setting_is_described() -> None:
    described = re.findall(r"^\| `([A-Z_]+)` \|", text_of(ROOT / "docs" / "administrators.md"), re.MULTILINE)
    assert len(read_from_the_environment()) > 10
    assert sorted(described) == sorted(read_from_the_environment())


def test_make_says_what_it_can_do() -> None:
    rules = dict(TARGET.findall(text_of(ROOT / "Makefile")))
    assert [name for name, rest in rules.items() if "## " not in rest] == []
    phony = re.search(r"^\.PHONY:(.*)$", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert phony is not None
    assert sorted(phony[1].split()) == sorted(rules)


@pytest.mark.parametrize(
    ("name", "command"), [(".github/workflows/ci.yml", "make test"), (".pre-commit-config.yaml", "make lint")]
)
def test_what_runs_by_itself_is_what_people_run(name: str, command: str) -> None:
    assert re.search(rf"^ +(- )?(run|entry): {command}$", text_of(ROOT / name), re.MULTILINE)
    assert command.split()[1] in commands()


@pytest.mark.parametrize(
    "name",
    [
        "CHANGELOG.md",
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "SECURITY.md",
        "docs/administrators.md",
        "docs/architecture.md",
        "docs/decisions/README.md",
        "docs/glossary.md",
        "docs/lives.md",
        "docs/users/README.md",
        "docs/users/README.ja.md",
    ],
)
def test_the_first_page_leads_there(name: str) -> None:
    assert name in set(links(ROOT / "README.md"))


def terms() -> list[tuple[str, str]]:
    """The glossary's terms in English and Japanese."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", text_of(ROOT / "docs" / "glossary.md"), re.MULTILINE)
    return [(english, japanese) for english, japanese in rows if english != "English"]


def test_the_glossary_speaks_as_the_screens_do() -> None:
    sentences = catalogued()
    assert len(terms()) > 50
    assert [
        (english, japanese)
        for english, japanese in terms()
        if not any(english.lower() in one.lower() and japanese in other for one, other in sentences)
    ] == []
