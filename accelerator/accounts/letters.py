"""How this stage has mails written: notifications, which knows it and not the other way round, names the writers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol


class Letter(Protocol):
    """A mail as it was written."""

    @property
    def subject(self) -> str:
        """Its subject."""

    @property
    def body(self) -> str:
        """Its text."""


_writers: dict[str, Callable[..., Any]] = {}


def written_by(to_person: Callable[..., bool], to_address: Callable[..., bool], last_to: Callable[..., Any]) -> None:
    """Name the functions that write a mail to a person and to an address nobody has an account for, and read one again."""
    _writers.update(person=to_person, address=to_address, last=last_to)


def write(person: Any, kind: str, *, key: str, **values: Any) -> bool:
    """Write a mail of ``kind`` to a person, in the present transaction."""
    return bool(_writers["person"](person, kind, key=key, **values))


def write_to(address: str, name: str, kind: str, *, key: str, language: str, zone: str, **values: Any) -> bool:
    """Write a mail of ``kind`` to an address, in the present transaction."""
    return bool(_writers["address"](address, name, kind, key=key, language=language, zone=zone, **values))


def last_to(address: str, *, since: datetime) -> Letter | None:
    """The newest mail of no edition to an address, written since an instant; whoever shows it has asked whether it may."""
    letter: Letter | None = _writers["last"](address, since=since)
    return letter
