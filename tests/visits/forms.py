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


@dataclass
class Form:
    """A form as a browser sees it: where it goes, its fields with their kinds and present values."""

    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


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
        elif self._open is not None and given.get("name") and tag in ("input", "select", "textarea", "button"):
            kind = {"select": "select", "textarea": "text", "button": "button"}.get(tag, given.get("type") or "text")
            self._open.fields.append((str(given["name"]), kind, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


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
