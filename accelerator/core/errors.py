"""Answers that are not results."""


class Refused(Exception):
    """A rule of the programme says no; the message is a sentence for the person who asked.

    Raised by operations. ``field`` names the form field that the sentence belongs beside, if any.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class ScopeMissing(RuntimeError):
    """A query touched rows of an edition while no edition was chosen: a fault in the program, never an answer."""
