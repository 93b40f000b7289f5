"""The tree of a rule: its nodes by path, and what is wrong with it. Every change gives a new tree."""

from collections.abc import Iterator, Mapping
from typing import Any

from accelerator.screening.conditions.facts import Asked, Texts, fill
from accelerator.screening.conditions.operators import WHOLE_FORM, operators_of, shape_of

Node = Mapping[str, Any]
Path = tuple[int, ...]
DEPTH = 3  # groups within groups, the outermost counted
MOST = 30  # conditions and groups of one rule
EMPTY: Node = {"join": "all", "parts": []}


def group(join: str, *parts: Node) -> dict[str, Any]:
    """Several nodes of which all, or any, have to hold."""
    return {"join": join, "parts": list(parts)}


def condition(question: str, operator: str, value: Any = None, missing: str = "ask") -> dict[str, Any]:
    """One condition."""
    return {"question": question, "operator": operator, "value": value, "missing": missing}


def path_of(text: str) -> Path | None:
    """``0.2`` as it stands in an address; ``root`` is the outermost group, None what is no path."""
    if text == "root":
        return ()
    parts = text.split(".")
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdigit() for part in parts) else None


def path_text(path: Path) -> str:
    """The same, written."""
    return ".".join(map(str, path)) or "root"


def node_at(root: Node, path: Path) -> Node | None:
    """The node at a path, None where there is none."""
    node: Node | None = root
    for step in path:
        parts = (node or {}).get("parts", [])
        node = parts[step] if step < len(parts) else None
    return node


def replaced(root: Node, path: Path, node: Node | None) -> dict[str, Any]:
    """The tree with another node at a path; None takes it out."""
    if not path:
        return dict(node or EMPTY)
    parts = list(root["parts"])
    inner = replaced(parts[path[0]], path[1:], node) if len(path) > 1 else node
    parts[path[0] : path[0] + 1] = [] if inner is None else [inner]
    return {**root, "parts": parts}


def extended(root: Node, path: Path, node: Node) -> dict[str, Any]:
    """The tree with a node more at the end of the group at a path."""
    home = node_at(root, path) or EMPTY
    return replaced(root, path, {**home, "parts": [*home["parts"], node]})


def shifted(root: Node, path: Path, *, earlier: bool) -> dict[str, Any]:
    """The tree with a node one place up or down in its group; at the end of it nothing changes."""
    home = node_at(root, path[:-1]) or EMPTY
    parts, here = list(home["parts"]), path[-1]
    there = here - 1 if earlier else here + 1
    if 0 <= there < len(parts):
        parts[here], parts[there] = parts[there], parts[here]
    return replaced(root, path[:-1], {**home, "parts": parts})


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path, a group before its parts."""
    yield path, node
    for number, part in enumerate(node.get("parts", ())):
        yield from walk(part, (*path, number))


def conditions(root: Node) -> Iterator[Node]:
    """Every condition of a tree."""
    return (node for _path, node in walk(root) if "join" not in node)


def faults(root: Node, questions: Mapping[str, Asked]) -> list[Texts]:
    """What a rule asks that the form doesn't: removed questions, another kind of answer, choices that are gone."""
    return [fault for node in conditions(root) for fault in faults_of(node, questions)]


def faults_of(node: Node, questions: Mapping[str, Asked]) -> Iterator[Texts]:
    """The same of one condition."""
    key, operator = node["question"], node["operator"]
    if key in WHOLE_FORM:
        return
    asked = questions.get(key)
    if asked is None:
        yield fill(
            "“{key}” is no longer asked in the form.", "「{key}」という質問は応募フォームにもうありません。", key=key
        )
        return
    if operator not in operators_of(asked):
        yield fill(
            "“{name}” takes another kind of answer now.", "「{name}」の回答の形が変わりました。", name=asked.label
        )
    elif shape_of(operator, asked.kind) == "options" and asked.choices:
        for value in node["value"]:
            if str(value) not in asked.choices:
                yield fill(
                    "“{name}” no longer has the choice “{value}”.",
                    "「{name}」に「{value}」という選択肢はもうありません。",
                    name=asked.label,
                    value=value,
                )


def pruned(root: Node, keys: frozenset[str]) -> dict[str, Any] | None:
    """The tree without conditions on questions that are not among ``keys``; None where nothing is left."""
    parts = [kept for part in root["parts"] if (kept := _kept(part, keys)) is not None]
    return {**root, "parts": parts} if parts else None


def _kept(part: Node, keys: frozenset[str]) -> Node | None:
    if "join" in part:
        return pruned(part, keys)
    return part if part["question"] in keys or part["question"] in WHOLE_FORM else None
