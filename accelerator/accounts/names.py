"""How a person is called, from the columns that hold the name: for lists that read no whole rows of people."""

from typing import NamedTuple


class Name(NamedTuple):
    """The parts of a name, in the order in which statements select them."""

    given: str
    family: str
    family_first: bool
    native: str | None = None

    @property
    def latin(self) -> str:
        """The name as the person wishes it in Latin letters: MORITA Aoi, or Kadri Lepik."""
        parts = (self.family.upper(), self.given) if self.family_first else (self.given, self.family)
        return " ".join(parts).strip()

    def in_language(self, language: str) -> str:
        """The name for a reader of ``language``."""
        return self.native if language == "ja" and self.native else self.latin
