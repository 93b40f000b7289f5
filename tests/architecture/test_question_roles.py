"""Code asks for an answer by the role of its question: no key of a question is compared or looked up by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

from accelerator.intake.default_form.sections import SECTIONS

ROOT = Path(__file__).parents[2]
KEYS = {question.key for section in SECTIONS for question in section.questions}
DATA = ("accelerator/intake/default_form", "accelerator/demo_edition/writing.py", "accelerator/demo_edition/intake.py")
"""The default form itself, and what the demonstration's applicants answer to it."""


def is_key(node: ast.expr) -> bool:
    """Whether this is the key of a default question, written out, or several of them."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(is_key(element) for element in node.elts)
    return isinstance(node, ast.Constant) and node.value in KEYS


def is_about_questions(node: ast.expr) -> bool:
    """Whether this is what a question is called, or what was answered to questions, by its name."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if name == "key" and isinstance(node, ast.Attribute):
        of = ast.unparse(node.value).lower()
        return "question" in of or of in ("asked", "data", "other", "removed")
    return name in ("answers", "question_key") or name.endswith("_answers")


def keys_in(tree: ast.AST) -> Iterator[int]:
    """The lines in which a key decides what is done."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(is_key, sides)) and any(map(is_about_questions, sides)):
                yield node.lineno
        elif (isinstance(node, ast.Subscript) and is_about_questions(node.value) and is_key(node.slice)) or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("get", "question", "pop")
            and node.args
            and is_key(node.args[0])
            and (node.func.attr == "question" or is_about_questions(node.func.value))
        ):
            yield node.lineno


def test_no_code_knows_a_question_by_its_key():
    paths = [path for top in ("accelerator", "workers") for path in (ROOT / top).rglob("*.py")]
    named = {path: path.relative_to(ROOT).as_posix() for path in paths}
    found = [
        f"{name}:{line}"
        for path, name in sorted(named.items())
        if not name.startswith(DATA)
        for line in keys_in(ast.parse(path.read_text()))
    ]
    assert found == []


def test_the_look_finds_each_way_to_name_a_key():
    written = (
        'if question.key == "name": pass',
        'x = answers["founders"]',
        'x = application.answers.get("country")',
        'x = form.question("deck")',
        'x = Question.key.in_(1) if question_key in ("name", "city") else 0',
    )
    assert [len(list(keys_in(ast.parse(line)))) for line in written] == [1] * 5
    assert list(keys_in(ast.parse('x = answers[question.key]; y = counts["country"]; z = values.get("name")'))) == []
