"""Answers that are not results."""

from collections.abc import Iterable, Sequence


class Refused(Exception):
    """A rule of the programme says no; the message is a sentence for the person who asked.

    Raised by operations. ``field`` names the form field that the sentence belongs beside, if any; ``also`` holds what
    else is wrong, where more than one thing can be said at once.
    """

    def __init__(self, message: str, *, field: str | None = None, also: Sequence["Refused"] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.also = tuple(also)


def refuse(problems: Iterable[Refused]) -> None:
    """Raise what a check came to, all of it as one; nothing if there is no problem.

    An operation's check is a function of its own that yields problems, so that a form can ask it too, and shows them
    beside what is wrong with the form itself (``Form.validate_with``).
    """
    present = list(problems)
    if present:
        raise Refused(present[0].message, field=present[0].field, also=present[1:])


class ScopeMissing(RuntimeError):
    """A query touched rows of an edition while no edition was chosen: a fault in the program, never an answer."""
