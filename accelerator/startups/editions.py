"""In which editions a startup takes part: intake, which knows it and not the other way round, names the query."""

from collections.abc import Callable

_queries: list[Callable[[int], set[int]]] = []


def told_by(query: Callable[[int], set[int]]) -> None:
    """Name a query that gives the ids of the editions in which a startup takes part."""
    if query not in _queries:
        _queries.append(query)


def editions_of(startup_id: int) -> set[int]:
    """The ids of all editions in which a startup takes part."""
    return {edition_id for query in _queries for edition_id in query(startup_id)}
