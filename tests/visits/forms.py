"""The forms of a page, and what clumsy hands type into them."""

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser

CLUMSY = {
    "text": "💥 '\"<b>%s{{7*7}}\u202e" * 60,
    "number": "1e999",
    "date": "2020-13-45",
    "datetime-local": "2020-10-25T99:30",
    "time": "25:61",
    "email": "a@@b..c",
    "url": "javascript:alert(1)",
    "select": "nope",
    "hidden": "-9e9",
    "radio": "nope",
    "checkbox": "nope",
    "file": "nope",
}
AWKWARD = {
    "text": "\x00\x07 \n",
    "number": "-99999999999999999999",
    "date": "0001-01-01",
    "datetime-local": "9999-12-31T23:59",
    "time": "00:00",
    "email": "名前@例え.jp",
    "url": "http://" + "a" * 3000,
    "select": "",
    "hidden": "",
    "radio": "",
    "checkbox": "",
    "file": "",
}


PLAIN = {
    "text": "Plain words",
    "number": "3",
    "date": "2030-10-16",
    "datetime-local": "2030-10-25T10:00",
    "time": "10:00",
    "email": "kim@example.org",
    "url": "https://example.org/kim",
}
"""What may stand in most fields; what is chosen is one of what the page offers."""


@dataclass
class Form:
    """A form as a browser sees it: where it goes, its fields with their kinds and values.

    Those are the present ones; of a list and of several buttons, the last choice.
    """

    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # "" for one without a name

    @property
    def typed(self) -> dict[str, str]:
        """The kinds of what a person fills in, by name."""
        return {name: kind for name, kind, _value in self.fields if kind not in ("hidden", "button")}


class Forms(HTMLParser):
    """Collects the forms of a page that write."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "form":
            self._open = Form(given.get("action") or "") if given.get("method") == "post" else None
            self.found += [self._open] if self._open else []
        elif self._open is not None and tag == "option" and self._open.fields:
            name, kind, _value = self._open.fields[-1]
            self._open.fields[-1] = name, kind, given.get("value") or ""
        if self._open is not None and tag == "button" and given.get("type") != "button":
            self._open.buttons.append((given.get("name") or "", given.get("value") or ""))
        if self._open is not None and given.get("name") and tag in ("input", "select", "textarea", "button"):
            kind = {"select": "select", "textarea": "text", "button": "button"}.get(tag, given.get("type") or "text")
            self._open.fields.append((str(given["name"]), kind, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def filled_on_page(form: Form, values: dict[str, str] | None) -> dict[str, object]:
    """The same as nobody but a person at the page can send it: what is hidden is as it was, the first button pressed."""
    names = {name for name, kind, _value in form.fields if kind != "button"}
    hidden = {name: value for name, kind, value in form.fields if kind == "hidden"}
    sent = {name: value for name, value in filled(form, values).items() if name in names}
    return {**sent, **hidden, **{name: value for name, value in form.buttons[:1] if name}}


def plain_but_for(form: Form, wrong: str | None) -> dict[str, object]:
    """All fields filled in as one would; the one called ``wrong`` as clumsily as can be."""
    chosen = {name: value for name, kind, value in form.fields if kind in ("select", "radio", "checkbox")}
    sent = {**filled_on_page(form, {**CLUMSY, **PLAIN}), **chosen}
    return {**sent, wrong: filled(form, CLUMSY)[wrong]} if wrong else sent


def filled(form: Form, values: dict[str, str] | None) -> dict[str, object]:
    """What is sent; without ``values`` all that a person could type is left empty."""
    sent: dict[str, object] = {}
    for name, kind, present in form.fields:
        if name == "csrf_token" or kind == "button":
            sent[name] = present
        elif values is None:
            sent[name] = present if kind == "hidden" else ""
        elif kind == "file":
            sent[name] = (io.BytesIO(values["file"].encode()), "deck.pdf")
        else:
            sent[name] = values.get(kind, values["text"])
    return sent
