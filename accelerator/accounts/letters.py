"""How this stage has mails written: notifications, which knows it and not the other way round, names the writers."""

from collections.abc import Callable
from typing import Any

_writers: dict[str, Callable[..., bool]] = {}


def written_by(to_person: Callable[..., bool], to_address: Callable[..., bool]) -> None:
    """Name the functions that write a mail to a person and to an address nobody has an account for."""
    _writers.update(person=to_person, address=to_address)


def write(person: Any, kind: str, *, key: str, **values: Any) -> bool:
    """Write a mail of ``kind`` to a person, in the present transaction."""
    return _writers["person"](person, kind, key=key, **values)


def write_to(address: str, name: str, kind: str, *, key: str, language: str, zone: str, **values: Any) -> bool:
    """Write a mail of ``kind`` to an address, in the present transaction."""
    return _writers["address"](address, name, kind, key=key, language=language, zone=zone, **values)
