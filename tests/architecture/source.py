"""The source files that the rules of the house are about."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("accelerator", "workers")
STAGES = (
    "accounts",
    "notifications",
    "programmes",
    "startups",
    "intake",
    "screening",
    "scoring",
    "selection",
    "mentoring",
    "progress",
    "events",
    "demo_day",
    "reporting",
    "trail",
    "dashboard",
)


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the program."""
    return tuple(sorted(path for folder in PROGRAM for path in (ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST | None = None) -> str:
    """Where something is, as a person would write it."""
    line = getattr(node, "lineno", None)
    return str(path.relative_to(ROOT)) + (f":{line}" if line else "")


def nodes(kind: type[Node] | tuple[type[Node], ...]) -> Iterator[tuple[Path, Node]]:
    """Every node of a kind in the program, with its file."""
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, kind):
                yield path, node


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call, with the dotted name of what is called as far as it has one."""
    for path, node in nodes(ast.Call):
        yield path, node, ast.unparse(node.func)
