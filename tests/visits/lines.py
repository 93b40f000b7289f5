"""What a page says, as the lines that a person sees or hears."""

import re
from html.parser import HTMLParser

FLOWING = {
    "a",
    "abbr",
    "b",
    "bdi",
    "code",
    "em",
    "i",
    "kbd",
    "mark",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "time",
    "u",
}
"""Elements that go on in the same line."""
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
JAPANESE = "[ぁ-んァ-ヶー一-龠]"
HALF_WIDTH = re.compile(
    rf"{JAPANESE}[）」]?[.:;,!?](?=\s|$)|(?<!\d)[.:;,!?] ?[（「]?{JAPANESE}|[。、] (?=[（「]?{JAPANESE})"
)
"""Punctuation of English beside Japanese words, and blanks behind Japanese marks, which bring their own.

A number with a full stop counts the points of a list.
"""


class Lines(HTMLParser):
    """The visible lines of a page in one language; what is marked as being in another one is left out."""

    def __init__(self, text: str, language: str) -> None:
        super().__init__()
        self.language = language
        self.parts: list[str] = []
        self.labels: list[str] = []
        self._hidden: list[bool] = []  # of each open element, whether it is left out
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        hidden = tag in ("script", "style", "template") or (given.get("lang") or self.language) != self.language
        if tag not in EMPTY:
            self._hidden.append(hidden or self._is_hidden())
        if tag not in FLOWING:
            self.parts.append("\n")
        self.labels += [given[name] or "" for name in SPOKEN & set(given) if not hidden]

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and self._hidden:
            self._hidden.pop()
        if tag not in FLOWING:
            self.parts.append("\n")

    def handle_data(self, text: str) -> None:
        if not self._is_hidden():
            self.parts.append(re.sub(r"\s+", " ", text))

    def _is_hidden(self) -> bool:
        return bool(self._hidden) and self._hidden[-1]

    def lines(self) -> list[str]:
        """Every line and label, without empty ones."""
        return [
            line.strip() for text in ["".join(self.parts), *self.labels] for line in text.split("\n") if line.strip()
        ]


def half_width(text: str) -> list[str]:
    """The lines of a Japanese page that have half-width punctuation between Japanese words."""
    return [line for line in Lines(text, "ja").lines() if HALF_WIDTH.search(line)]
