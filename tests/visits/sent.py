"""What a browser would send of a page's forms if nobody touched them."""

from html.parser import HTMLParser
from urllib.parse import urljoin


class UntouchedForms(HTMLParser):
    """``{address: {name: values}}`` of every form of a page that writes and has a button, as its fields stand."""

    def __init__(self, path: str, page: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, list[str]]] = {}
        self._path = path
        self._open: dict[str, list[str]] | None = None
        self._action, self._has_button = "", False
        self._writing = ""  # the text area that is open
        self._choosing = ""  # the list that is open
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._action, self._has_button = urljoin(self._path, given.get("action", "") or self._path), False
            self._open = {} if given.get("method") == "post" else None
        if self._open is None:
            return
        name = given.get("name", "")
        if tag == "button":
            self._has_button = True
        elif tag == "select":
            self._choosing = name
        elif tag == "option" and self._choosing:
            if "selected" in given or self._choosing not in self._open:
                self._open[self._choosing] = [given.get("value", "")]
        elif tag == "textarea":
            self._writing = name
            self._open[name] = [""]
        elif tag == "input" and name and "disabled" not in given:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio", "file", "submit") or "checked" in given:
                self._open.setdefault(name, []).append(given.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, text: str) -> None:
        if self._open is not None and self._writing:
            # A line feed right behind the tag is none of the text.
            self._open[self._writing][0] += text.removeprefix("\n") if not self._open[self._writing][0] else text

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            if self._open is not None and self._has_button:
                self.forms.setdefault(self._action, self._open)
            self._open = None
        elif tag == "textarea":
            self._writing = ""
        elif tag == "select":
            self._choosing = ""
