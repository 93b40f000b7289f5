"""What the repository's documents name: files, dotted names, links, commands."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

from tests.architecture.source import ROOT

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
ENDINGS = "py|md|toml|txt|json|yml|yaml|html|css|js|po|sh|webp|png"
FILE = re.compile(rf"^\.?[\w./-]+\.(?:{ENDINGS})$")
FOLDER = re.compile(r"^[\w.-]+(?:/[\w.-]+)*/$")
DOTTED = re.compile(r"^[a-z_]\w*(?:\.\w+)+$")
BEGINS = ("", "accelerator.")
"""What may be left out in front of a dotted name."""


@cache
def documents() -> tuple[Path, ...]:
    """Every Markdown file that belongs to the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for name in sorted(listed.stdout.splitlines()) if (path := ROOT / name).exists())


def text_of(path: Path) -> str:
    """A document."""
    return path.read_text(encoding="utf-8")


def spans(path: Path) -> Iterator[str]:
    """What stands between back quotes in a document's sentences."""
    yield from SPAN.findall(FENCE.sub("", text_of(path)))


def lines_of_code(path: Path) -> Iterator[str]:
    """Lines that may be typed at a prompt: those of fenced blocks, and what stands between back quotes."""
    for block in FENCE.findall(text_of(path)):
        yield from block.splitlines()[1:-1]
    yield from spans(path)


@cache
def _file_names() -> frozenset[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(Path(name).name for name in listed.stdout.splitlines())


def is_there(name: str) -> bool:
    """Whether a file or folder is in the repository; of a bare name whether any file is called so."""
    return (ROOT / name).exists() or ("/" not in name and name in _file_names())


def resolves(name: str) -> bool:
    """Whether a dotted name leads to a module or to something in one."""
    return any(_leads(begin + name) for begin in BEGINS)


def _leads(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if not _is_module(module):
            continue
        here = import_module(module)
        for part in parts[length:]:
            if not hasattr(here, part):
                return False
            here = getattr(here, part)
        return True
    return False


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def links(path: Path) -> Iterator[str]:
    """Where a document leads inside of the repository."""
    for target in LINK.findall(FENCE.sub("", text_of(path))):
        if not re.match(r"^[a-z]+:", target):
            yield target


def anchors(path: Path) -> set[str]:
    """The headings of a document as a forge makes addresses of them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@cache
def catalogued() -> tuple[tuple[str, str], ...]:
    """Every sentence of the screens with its Japanese."""
    pairs = []
    for path in sorted((ROOT / "accelerator" / "translations" / "ja").glob("*.po")):
        for entry in read_po(BytesIO(path.read_bytes())):
            english = entry.id if isinstance(entry.id, str) else entry.id[0]
            japanese = entry.string if isinstance(entry.string, str) else entry.string[0]
            pairs.append((english, japanese))
    return tuple(pairs)
