"""Acts, subjects and jobs: each is declared by the stage that it belongs to, and no stage names those of a later one."""

import ast
import importlib
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from accelerator.core import acts
from accelerator.core.db import Base
from accelerator.core.outbox import DECLARED
from accelerator.core.states import move, move_all
from accelerator.core.web import App
from tests.architecture.source import ROOT, STAGES, calls, files, place, tree

WHERE_ACTS_ARE_MADE = "accelerator/core/"


def recorded() -> Iterator[tuple[Path, ast.Call]]:
    """Every call of ``audit`` and ``audit_all`` outside of the core, which defines them."""
    for path, node, name in calls():
        if name in ("audit", "audit_all") and not place(path).startswith(WHERE_ACTS_ARE_MADE):
            yield path, node


def texts(path: Path, node: ast.expr) -> list[str]:
    """The codes that an argument may be: a text, a choice between two, a name given to one just before, a constant."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return texts(path, node.body) + texts(path, node.orelse)
    if isinstance(node, ast.Name):
        assigned = [
            other.value
            for other in ast.walk(tree(path))
            if isinstance(other, ast.Assign) and ast.unparse(other.targets[0]) == node.id
        ]
        return [code for value in assigned for code in texts(path, value)]
    owner, _, name = ast.unparse(node).rpartition(".")
    return [str(getattr(getattr(module_of(path), owner), name))]


def module_of(path: Path) -> object:
    """The module that a file is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


def stage_of(path: Path) -> str:
    """The stage that a file belongs to; empty where it is of none."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "accelerator" and parts[1] in STAGES else ""


def tables() -> dict[str, str]:
    """The stage that each table belongs to."""
    return {mapper.class_.__tablename__: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}


def enum_of(column: Any) -> type[StrEnum]:
    """The states that a column may hold."""
    states: type[StrEnum] = column.type.enum_class
    return states


def moved() -> Iterator[tuple[str, str]]:
    """Every ``(table, state)`` that the tables of moves lead to, as the calls of ``move`` and ``move_all`` name them."""
    tables = {
        enum_of(mapper.columns["state"]): mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if "state" in mapper.columns
    }
    for path, node, name in calls():
        module = module_of(path)
        if getattr(module, name, None) not in (move, move_all) and name != "states.move":
            continue
        moves = next(keyword.value for keyword in node.keywords if keyword.arg == "moves")
        for targets in getattr(module, ast.unparse(moves)).values():
            yield from ((tables[type(state)], state.value) for state in targets)


def test_every_act_is_declared_by_its_stage_and_every_declared_act_is_recorded(app: App) -> None:
    """Where a row moves from state to state the act belongs to the row's stage, whoever moves it."""
    recorded_by = {(stage_of(path), code) for path, node in recorded() for code in texts(path, node.args[1])}
    recorded_by |= {(tables()[table], f"{table}.{state}") for table, state in moved()}
    assert len(recorded_by) > 100
    assert sorted((name, code) for name, stage in acts.STAGES.items() for code in stage.acts) == sorted(recorded_by)


def test_every_call_names_its_act(app: App) -> None:
    assert [place(path, node) for path, node in recorded() if not texts(path, node.args[1])] == []


def test_nobody_reads_the_trail_to_decide(app: App) -> None:
    """It is a record: only what shows it to people imports its classes."""
    shown_by = (
        "accelerator/core/audit.py",
        "accelerator/core/keeping.py",
        "accelerator/trail/",
        "accelerator/selection/queries/log.py",
        "accelerator/programmes/queries.py",
    )
    importers = {
        place(path)
        for path in files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and {"AuditEntry", "AuditDetail"} & {alias.name for alias in node.names}
    }
    assert sorted(name for name in importers if not name.startswith(shown_by)) == []


def test_every_subject_is_declared_by_the_stage_of_its_table(app: App) -> None:
    assert [
        table for name, stage in acts.STAGES.items() for table in stage.subjects if tables().get(table) != name
    ] == []


def test_pages_are_declared_by_their_own_stage_or_an_earlier_one(app: App) -> None:
    """Whoever names a page can't know one of a later stage."""
    late = [
        page.endpoint
        for name, stage in acts.STAGES.items()
        for page in (*stage.pages.values(), *(acts.Page(kind.page) for kind in stage.subjects.values() if kind.page))
        if STAGES.index(page.endpoint.partition(".")[0]) > STAGES.index(name)
    ]
    assert late == []


def test_every_job_says_what_it_does(app: App) -> None:
    ours = [job for name, job in DECLARED.items() if name.partition(".")[0] in STAGES]
    assert len(ours) > 10
    assert [job.name for job in ours if not str(job.label)] == []


def test_no_stage_names_endpoints_acts_jobs_or_tables_of_a_later_one(app: App) -> None:
    names = {rule.endpoint: rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()}
    names |= {code: name for name, stage in acts.STAGES.items() for code in stage.acts}
    names |= {name: name.partition(".")[0] for name in DECLARED}
    names |= {table: stage for table, stage in tables().items() if "_" in table}  # the others are words of English too
    order = {"core": -1, **{name: at for at, name in enumerate(STAGES)}}
    found = []
    for path in files():
        here = path.relative_to(ROOT).parts[1]
        for node in ast.walk(tree(path)) if here in order else ():
            said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if order.get(names.get(said, ""), -1) > order[here]:
                found.append(f"{place(path, node)} {said}")
    assert found == []


def test_no_template_names_a_page_of_a_later_stage(app: App) -> None:
    names = "|".join(re.escape(rule.endpoint) for rule in app.url_map.iter_rules())
    found = []
    for path in sorted((ROOT / "templates").glob("*/*.html")):
        stage = path.parent.name
        if stage in STAGES:
            named = re.findall(rf"""["']({names})["']""", path.read_text(encoding="utf-8"))
            late = [name for name in named if STAGES.index(name.partition(".")[0]) > STAGES.index(stage)]
            found += [f"{path.relative_to(ROOT)} {name}" for name in late]
    assert found == []
