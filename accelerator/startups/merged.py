"""What a merge of two records has to know of later stages, each of which says it here and is not named."""

from collections.abc import Callable, Collection
from typing import Any

_spelled: dict[tuple[Any, str], Callable[[int], Any]] = {}
_followers: list[Callable[[Collection[int]], None]] = []


def spelled_by(kind: Any, column: str, spell: Callable[[int], Any]) -> None:
    """Say that a column refers to a startup without a foreign key: ``spell`` writes its id as the column has it."""
    _spelled[kind, column] = spell


def spellings() -> dict[tuple[Any, str], Callable[[int], Any]]:
    """``{(class, column): spell}`` of all of these."""
    return dict(_spelled)


def followed_by(call: Callable[[Collection[int]], None]) -> None:
    """Name what stores anew whatever is derived from records, once rows were moved between those with these ids."""
    if call not in _followers:
        _followers.append(call)


def follow(startup_ids: Collection[int]) -> None:
    """Let all of it be stored anew."""
    for call in _followers:
        call(startup_ids)
