"""What a process holds hangs on the application (``core.installation``): no module keeps any of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, nodes, place, tree

REGISTRIES = {
    "accelerator/accounts/letters.py _writers": "filled by lifecycle's import: who writes the mails of accounts",
    "accelerator/core/acts.py STAGES": "filled by the import of each stage's acts",
    "accelerator/core/doors.py _offered": "filled by the import of each stage's blueprint",
    "accelerator/core/marks.py _owners": "filled by the import of models: classes, no rows",
    "accelerator/core/outbox.py DECLARED": "filled by the import of each stage's jobs",
    "accelerator/intake/queries/columns.py _FURTHER": "filled by the import of the stages that offer columns of the list",
    "accelerator/intake/operations/bulk.py _ACTS": "filled by the import of the stages that offer acts on many applications",
    "accelerator/programmes/steps.py _ASK": "filled by lifecycle's import: what came of the steps of a plan",
    "accelerator/core/scope.py _known": "filled by the import of programmes: who knows an edition's zone and clock",
    "accelerator/core/scope.py _guarded": "filled by the import of models: classes, no rows",
    "accelerator/core/states.py _LABELS": "filled by the import of each State",
    "accelerator/core/states.py _TONES": "filled by the import of each State",
    "accelerator/lifecycle.py WORKSPACES": "completed where it is written",
    "accelerator/notifications/queries.py _BARRED": "filled by lifecycle's import: which kinds of rows hide their mails",
    "accelerator/notifications/queries.py _WITHHELD": "filled by lifecycle's import: from whom sums are kept",
    "accelerator/startups/editions.py _queries": "filled by the import of intake's queries",
    "accelerator/startups/merged.py _followers": "filled by the import of what keeps derived rows",
    "accelerator/startups/merged.py _spelled": "filled by the import of mentoring's queries",
}
"""Containers that somebody fills. ``tests/core/test_two_applications.py`` holds that no application ever does."""

CACHES = {
    "accelerator/accounts/passwords.py common": "a file of the program",
    "accelerator/core/acts.py row_class": "a mapped class by its table",
    "accelerator/core/calendar.py _zone_rules": "the tz database",
    "accelerator/core/cities.py _cities": "CLDR and a file of the program",
    "accelerator/core/cities.py picker_list": "CLDR and a file of the program",
    "accelerator/core/times.py _zones": "the tz database",
    "accelerator/core/countries.py _cities": "a file of the program",
    "accelerator/core/countries.py _names": "CLDR",
    "accelerator/screening/conditions/facts.py country_texts": "CLDR",
    "accelerator/core/countries.py _sorted": "CLDR",
    "accelerator/core/i18n.py _catalogue": "a file of the program",
    "accelerator/core/i18n.py locale_of": "CLDR",
    "accelerator/core/icons.py icon": "drawings of the program",
    "accelerator/core/outbox.py _insertion": "a statement by its dialect",
    "accelerator/core/templating.py known": "addresses of one application, which makes this function for itself",
    "accelerator/core/times.py _written": "CLDR",
    "accelerator/core/times.py city_of": "CLDR",
    "accelerator/core/times.py rules_of": "the IANA zones, as the system has them",
    "accelerator/demo_edition/facts.py facts": "a file of the program",
    "accelerator/lifecycle.py _named": "entries of the navigation in a language",
    "accelerator/notifications/texts.py environment": "templates of the program; addresses are asked for at each mail",
    "accelerator/intake/copies.py _environment": "templates of the program",
    "accelerator/reporting/typeset.py environment": "templates of the program",
    "accelerator/selection/queries/order.py _open": "statements, one for each order",
    "accelerator/selection/queries/order.py _overview": "statements, one for each shape of the board",
    "accelerator/selection/queries/order.py _page": "statements, one for each shape of the board",
}
"""Functions whose answers are kept: pure ones of what never changes while the program runs."""

LIMITS = {
    "accelerator/accounts/passwords.py _at_once": "memory and cores belong to the process, whoever hashes",
    "accelerator/core/pdf_check.py _turns": "memory belongs to the process, whoever checks",
}
"""What a process has to share out, however many applications live in it."""

MAKERS = {"dict", "list", "set", "defaultdict", "deque", "OrderedDict", "Counter", "bytearray"}
MAKERS |= {"WeakKeyDictionary", "WeakValueDictionary", "WeakSet", "SimpleNamespace"}
DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
GUARDS = {"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier", "local", "Queue", "count"}
CHANGES = {"append", "add", "update", "pop", "popitem", "setdefault", "clear", "extend", "insert", "remove", "discard"}
CHANGES |= {"appendleft", "popleft"}


def maker(value: ast.expr) -> str:
    """The last part of the name of what a call calls."""
    return ast.unparse(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else ""


def is_container(value: ast.expr) -> bool:
    return isinstance(value, DISPLAYS) or maker(value) in MAKERS


def is_empty(value: ast.expr) -> bool:
    """Whether a container holds nothing yet, so that it can only be there to be filled."""
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, (ast.List, ast.Set)):
        return not value.elts
    return isinstance(value, ast.Call) and not value.args and not value.keywords


def assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Names and values that a module gives at its top, also under a condition."""
    for node in body:
        if isinstance(node, ast.Assign):
            yield from ((name.id, node.value) for name in node.targets if isinstance(name, ast.Name))
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            yield node.target.id, node.value
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from assigned([*node.body, *getattr(node, "orelse", [])])


def changed_names(trees: dict[Path, ast.Module]) -> set[tuple[Path | None, str]]:
    """All names whose value something changes in its place: of the same file, or with None of whichever file."""
    changed: set[tuple[Path | None, str]] = set()
    for path, module in trees.items():
        imports = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
        foreign = {alias.asname or alias.name for node in imports for alias in node.names}
        for node in ast.walk(module):
            target: ast.expr | None = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
                target = node.func.value
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
                target = node.value
            elif isinstance(node, ast.AugAssign):
                target = node.target
            if isinstance(target, ast.Name):
                changed.add((None if target.id in foreign else path, target.id))
            elif isinstance(target, ast.Attribute) and ast.unparse(target.value) not in {"self", "cls"}:
                changed.add((None, target.attr))
    return changed


def filled(paths: tuple[Path, ...], trees: dict[Path, ast.Module]) -> set[str]:
    """Containers of modules that somebody fills, or that are no constants by their name."""
    changed = changed_names(trees)
    return {
        f"{place(path)} {name}"
        for path in paths
        for name, value in assigned(trees[path].body)
        if is_container(value)
        and name != "__all__"
        and (is_empty(value) or not name.isupper() or {(path, name), (None, name)} & changed)
    }


def program() -> dict[Path, ast.Module]:
    return {path: tree(path) for path in files()}


def test_no_module_holds_a_container_that_is_filled_while_the_program_runs() -> None:
    assert filled(files(), program()) == set(REGISTRIES)


@pytest.mark.parametrize(
    "source",
    [
        "_known = {}",
        "KNOWN: dict[str, int] = {}",
        "KNOWN = {'a': 1}\ndef learn():\n    KNOWN['b'] = 2",
        "SEEN = ['a']\ndef see(one):\n    SEEN.append(one)",
        "if True:\n    _chosen = dict()",
        "_address = {'base': 'http://127.0.0.1'}",
    ],
)
def test_one_more_is_found(source: str) -> None:
    path = ROOT / "accelerator" / "another.py"
    assert len(filled((path,), {path: ast.parse(source)})) == 1


def test_no_function_writes_a_name_of_its_module() -> None:
    assert [place(path, node) for path, node in nodes(ast.Global)] == []


def test_no_module_writes_a_name_of_another() -> None:
    """``module.name = value`` is a ``global`` from outside."""
    found = []
    for path in files():
        modules = {
            alias.asname or alias.name.split(".")[0]
            for node in tree(path).body
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
            if (alias.asname or alias.name).split(".")[0].islower()
        }
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, (ast.Store, ast.Del))
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
            ):
                found.append(f"{place(path, node)} {ast.unparse(node)}")
    # Flask's own proxies are written through: what they stand for belongs to the request.
    assert [where for where in found if where.rpartition(" ")[2].split(".")[0] not in {"g", "current_app"}] == []


def test_functions_that_keep_their_answers_are_pure() -> None:
    kept = {
        f"{place(path)} {node.name}"
        for path, node in nodes(ast.FunctionDef)
        for decorator in getattr(node, "decorator_list", [])
        if ast.unparse(decorator).split("(")[0].rpartition(".")[2] in {"cache", "lru_cache"}
    }
    assert kept == set(CACHES)


def test_what_all_applications_of_a_process_share_is_scarce() -> None:
    guards = {
        f"{place(path)} {name}"
        for path in files()
        for name, value in assigned(tree(path).body)
        if maker(value) in GUARDS
    }
    assert guards == set(LIMITS)
