"""The rules of the house for Python files."""

import ast
import re
import statistics
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, STAGES, calls, files, nodes, place, tree

FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "service", "base"}
NO_NAMES = {"one", "found", "made", "wanted", "said"}
COUNTS_REVIEWS = (
    "accelerator/scoring/",
    "accelerator/selection/",
)  # here ``wanted`` is how many an application should get
FOLDERS = ("accelerator", "workers", "tests", "migrations", "bin")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def imported(path: Path) -> list[tuple[ast.AST, str]]:
    """Every name that a file imports, dotted."""
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def _called_in(function: ast.AST) -> set[str]:
    """The names of everything that a function calls, without what it is called on."""
    return {ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(function) if isinstance(node, ast.Call)}


def _bound(node: ast.AST) -> str:
    """The name that a node gives to a value."""
    if isinstance(node, ast.arg):
        return node.arg
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""


class TestSizes:
    def test_no_file_has_more_than_400_lines(self):
        assert [place(path) for path in files() if len(path.read_text().splitlines()) > 400] == []

    def test_half_of_the_files_have_fewer_than_100(self):
        assert statistics.median(len(path.read_text().splitlines()) for path in files()) < 100

    def test_no_function_has_more_than_50_lines(self):
        assert [place(path, node) for path, node in nodes(FUNCTIONS) if node.end_lineno - node.lineno >= 50] == []

    def test_half_of_the_functions_have_fewer_than_12(self):
        assert statistics.median(node.end_lineno - node.lineno + 1 for _, node in nodes(FUNCTIONS)) < 12


class TestFiles:
    def test_packages_hold_a_docstring_alone(self):
        packages = [path for path in files() if path.name == "__init__.py"]
        assert len(packages) > 40
        code = {place(path): [node for node in tree(path).body if not isinstance(node, ast.Expr)] for path in packages}
        assert {path: nodes for path, nodes in code.items() if nodes} == {}

    def test_the_formatter_decides(self):
        switched_off = re.compile(r"#\s*fmt:\s*(skip|off)")
        everything = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
        assert len(everything) > 600
        assert [place(path) for path in everything if switched_off.search(path.read_text())] == []


class TestTypes:
    def test_the_tests_that_are_not_checked_get_fewer(self):
        settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
        unchecked = [name for part in settings["overrides"] if part.get("ignore_errors") for name in part["module"]]
        assert [name for name in unchecked if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []
        assert len(unchecked) <= 45


class TestNames:
    def test_no_file_or_folder_is_an_attic(self):
        parts = {(path, part) for path in files() for part in path.relative_to(ROOT).with_suffix("").parts}
        assert [place(path) for path, part in parts if part in FORBIDDEN_NAMES] == []

    def test_values_are_named_after_their_kind(self):
        programs = [*files(), *sorted((ROOT / "bin").rglob("*.py"))]
        unnamed = [
            place(path, node)
            for path in programs
            for node in ast.walk(tree(path))
            if (name := _bound(node)) in NO_NAMES and not (name == "wanted" and place(path).startswith(COUNTS_REVIEWS))
        ]
        assert unnamed == []

    def test_every_package_and_module_says_what_it_is(self):
        assert [place(path) for path in files() if path.read_text().strip() and not ast.get_docstring(tree(path))] == []

    def test_rules_are_named_as_questions_of_right(self):
        question = re.compile(r"^(_|(can|is|on|holds|may|has)(_|$))")
        rules = [path for path in files() if "rules" in path.with_suffix("").parts[-2:]]
        predicates = [
            (path, node)
            for path in rules
            for node in tree(path).body
            if isinstance(node, ast.FunctionDef)
            and [argument.arg for argument in node.args.args][:1] == ["actor"]
            and ast.unparse(node.returns or ast.Constant("")) == "bool"
        ]
        assert predicates
        assert [place(path, node) for path, node in predicates if not question.match(node.name)] == []


class TestImports:
    def test_none_is_inside_a_function(self):
        found = [
            place(path, inner)
            for path, node in nodes(FUNCTIONS)
            for inner in ast.walk(node)
            if isinstance(inner, (ast.Import, ast.ImportFrom))
        ]
        assert found == []

    def test_none_is_hidden_from_the_interpreter(self):
        assert [place(path) for path in files() if "TYPE_CHECKING" in path.read_text()] == []

    def test_no_stage_takes_another_stages_forms_or_views(self):
        """One exception: views ask accounts who makes the request."""
        allowed = "accelerator.accounts.views.visitor"
        found = []
        for path in files():
            stage = path.relative_to(ROOT).parts[1] if path.relative_to(ROOT).parts[0] == "accelerator" else ""
            if stage not in STAGES:
                continue
            for node, name in imported(path):
                match = re.match(r"accelerator\.(\w+)\.(views|forms)\b", name)
                if match and match[1] in STAGES and match[1] != stage and not name.startswith(allowed):
                    found.append(f"{place(path, node)} {name}")
        assert found == []

    def test_no_relationship_is_declared_from_behind(self):
        assert [place(path) for path in files() if re.search(r"\bbackref\b", path.read_text())] == []


class TestEdges:
    def test_there_is_one_commit(self):
        assert [place(path) for path, _, name in calls() if name.endswith(".commit")] == ["accelerator/core/db.py"]

    def test_transactions_are_opened_at_the_edges_only(self):
        edges = ("accelerator/core/", "accelerator/cli/", "workers/", "accelerator/demo_edition/")
        found = [place(path, node) for path, node, name in calls() if name == "db.transaction"]
        assert [where for where in found if not where.startswith(edges)] == []

    def test_only_the_clock_reads_the_clock(self):
        reads = re.compile(r"^(datetime(\.datetime)?\.(now|utcnow|today)|date\.today|time\.time|func\.now)$")
        assert [place(path, node) for path, node, name in calls() if reads.match(name)] == [
            found
            for found in (place(path, node) for path, node, name in calls() if reads.match(name))
            if found.startswith("accelerator/core/clock.py")
        ]

    def test_a_count_names_what_it_counts(self):
        """``count()`` without a column is not told whose rows it counts."""
        assert [place(path, node) for path, node, name in calls() if name == "func.count" and not node.args] == []

    def test_tables_are_asked_through_their_classes(self):
        """The guard of editions sees mapped classes only."""
        # Ranking entries are stored by primary key in one round trip, after they were chosen by edition.
        allowed = ("accelerator/core/", "accelerator/cli/", "accelerator/scoring/operations/fitting.py")
        found = [place(path, node) for path, node in nodes(ast.Attribute) if node.attr == "__table__"]
        assert [where for where in found if not where.startswith(allowed)] == []

    def test_roles_are_given_in_one_place(self):
        """There the grant is recorded; the demonstration is loaded in bulk."""
        inserts = {"Membership", "insert"}
        found = {
            place(path)
            for path, node, name in calls()
            if name in inserts and "Membership" in ast.unparse(node).split(",")[0]
        }
        assert {where for where in found if not where.startswith("accelerator/demo_edition/")} == {
            "accelerator/accounts/operations/roles.py"
        }

    def test_no_sql_is_written_as_text(self):
        """Except the conditions of partial indexes, which are constants."""
        found = [
            place(path, node)
            for path, node, name in calls()
            if name in {"text", "sqlalchemy.text", "sa.text"} and not isinstance(node.args[0], ast.Constant)
        ]
        assert found == []

    def test_forms_hear_what_operations_refuse(self):
        """Whatever a view does with a form that is right it does with ``attempt``: a refusal loses nothing typed."""
        deaf = []
        for path in (path for path in files() if "views" in path.parts or path.name == "views.py"):
            functions = {node.name: node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)}
            called = {name: _called_in(node) for name, node in functions.items()}
            hears = {name for name, names in called.items() if "attempt" in names}
            asks = {name for name, names in called.items() if names & {"validate", "validate_on_submit"}}
            deaf += [f"{place(path)}:{name}" for name in asks if not (called[name] | {name}) & hears]
        # A password is compared before the transaction opens; the other hashes one then.
        assert sorted(deaf) == [
            "accelerator/accounts/views/entrance.py:_guessed",
            "accelerator/accounts/views/entrance.py:sign_in",
            "accelerator/accounts/views/links.py:_hashed",
        ]

    def test_forms_never_fill_rows(self):
        assert [place(path, node) for path, node, name in calls() if name.endswith("populate_obj")] == []

    @pytest.mark.parametrize("name", ["eval", "exec", "pickle.loads", "pickle.load", "yaml.load", "os.system"])
    def test_nothing_is_run_from_data(self, name):
        assert [place(path, node) for path, node, called in calls() if called == name] == []

    def test_markup_is_never_made_of_a_variable(self):
        """Markup of a constant is text of ours; everything else goes through ``format``, which escapes."""
        found = [
            place(path, node)
            for path, node, name in calls()
            if name == "Markup" and not isinstance(node.args[0], ast.Constant) and "charts" not in path.parts
        ]
        assert found == []


class TestOperations:
    def operations(self):
        for path in files():
            parts = path.relative_to(ROOT).with_suffix("").parts
            if len(parts) > 2 and parts[1] in STAGES and "operations" in parts[2:]:
                for node in tree(path).body:
                    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                        yield path, node

    def test_say_what_they_do(self):
        assert [place(path, node) for path, node in self.operations() if not ast.get_docstring(node)] == []

    def test_take_the_actor_by_name(self):
        found = [
            place(path, node)
            for path, node in self.operations()
            if any(argument.arg == "actor" for argument in node.args.args)
        ]
        assert found == []
