"""Every act that the program records has its sentence, and no sentence is about an act that nobody records."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from accelerator.core.db import Base
from accelerator.core.states import move
from accelerator.core.web import App
from accelerator.programmes.acts import ACTS
from tests.architecture.source import ROOT, calls, place, tree

WHERE_ACTS_ARE_MADE = "accelerator/core/"


def recorded() -> Iterator[tuple[Path, ast.Call]]:
    """Every call of ``audit`` outside of the core, which defines it."""
    for path, node, name in calls():
        if name == "audit" and not place(path).startswith(WHERE_ACTS_ARE_MADE):
            yield path, node


def texts(path: Path, node: ast.expr) -> list[str]:
    """The codes that an argument may be: a text, a choice between two, a name given to one just before, a constant."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return texts(path, node.body) + texts(path, node.orelse)
    if isinstance(node, ast.Name):
        assigned = [
            other.value for other in ast.walk(tree(path))
            if isinstance(other, ast.Assign) and ast.unparse(other.targets[0]) == node.id
        ]  # fmt: skip
        return [code for value in assigned for code in texts(path, value)]
    owner, _, name = ast.unparse(node).rpartition(".")
    return [str(getattr(getattr(module_of(path), owner), name))]


def module_of(path: Path) -> object:
    """The module that a file is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


def moved() -> Iterator[tuple[str, str]]:
    """Every ``(table, state)`` that the tables of moves lead to, as the calls of ``move`` name them."""
    tables = {
        mapper.columns["state"].type.enum_class: mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if "state" in mapper.columns
    }
    for path, node, name in calls():
        module = module_of(path)
        if getattr(module, name, None) is not move and name != "states.move":
            continue
        moves = next(one.value for one in node.keywords if one.arg == "moves")
        for targets in getattr(module, ast.unparse(moves)).values():
            yield from ((tables[type(state)], state.value) for state in targets)


def test_every_act_has_a_sentence_and_every_sentence_an_act(app: App) -> None:
    codes = {code for path, node in recorded() for code in texts(path, node.args[1])}
    codes |= {f"{table}.{state}" for table, state in moved()}
    assert len(codes) > 100
    assert sorted(ACTS) == sorted(codes)


def test_every_call_names_its_act(app: App) -> None:
    assert [place(path, node) for path, node in recorded() if not texts(path, node.args[1])] == []
