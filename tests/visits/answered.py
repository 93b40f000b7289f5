"""What a page says of a form that was wrong: its summary, what the summary leads to, and what the fields hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from accelerator.core.text import clean

KEPT_NOWHERE = {"password", "file", "hidden"}
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """An element that is still open, or was: its tag, its attributes, and all the text within."""

    tag: str
    given: dict[str, str]
    text: str = ""


@dataclass
class Control:
    """What a field holds: its kind, its values, and those that it offers, if any can't be typed."""

    kind: str
    values: list[str] = field(default_factory=list)
    offered: set[str] | None = None


class AnsweredPage(HTMLParser):
    """The page that answers a form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.by_id: dict[str, Element] = {}
        self.summaries: list[Element] = []
        self.problems: list[tuple[str, str]] = []  # (id that it leads to or "", sentence)
        self.controls: dict[str, Control] = {}
        self._open: list[Element] = []
        self._within: dict[str, list[str]] = {}  # id -> ids of the elements around it
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes})
        if "id" in element.given:
            around = [outer.given["id"] for outer in self._open if "id" in outer.given]
            self.by_id.setdefault(element.given["id"], element)
            self._within.setdefault(element.given["id"], around)
        if "error-summary" in element.given.get("class", "").split():
            self.summaries.append(element)
        self._note_control(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self._open):
            return
        while (element := self._open.pop()).tag != tag:
            pass
        if tag == "textarea" and "name" in element.given:
            self._control(element.given["name"], "text").values.append(element.text.removeprefix("\n"))
        if tag in ("li", "p") and any(outer in self.summaries for outer in self._open):
            self.problems.append((element.given.get("leads", ""), element.text.strip()))

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def _note_control(self, element: Element) -> None:
        name, kind = element.given.get("name"), element.given.get("type", "text")
        if element.tag == "a" and any(outer in self.summaries for outer in self._open):
            self._open[-1].given["leads"] = element.given["href"].removeprefix("#")
        elif element.tag == "option":
            select = next((outer for outer in reversed(self._open) if outer.tag == "select"), None)
            if select is not None and "name" in select.given:
                self._offer(select.given["name"], "select", element, "selected")
        elif element.tag == "input" and name and kind in ("checkbox", "radio"):
            self._offer(name, kind, element, "checked")
        elif element.tag == "input" and name:
            self._control(name, kind).values.append(element.given.get("value", ""))

    def _offer(self, name: str, kind: str, element: Element, chosen: str) -> None:
        control, value = self._control(name, kind), element.given.get("value", "on")
        control.offered = {*(control.offered or ()), value}
        if chosen in element.given:
            control.values.append(value)

    def _control(self, name: str, kind: str) -> Control:
        return self.controls.setdefault(name, Control(kind))

    def is_described(self, target: str, sentence: str) -> bool:
        """Whether the field with this id, or what stands around it, is described by the sentence."""
        for key in (target, *reversed(self._within.get(target, []))):
            named = self.by_id[key].given.get("aria-describedby", "").split() if key in self.by_id else []
            texts = [self.by_id[other].text.strip() for other in named if other in self.by_id]
            # A field may have several errors, and the summary may put in front which line it is.
            errors = [text.removeprefix("Error:").strip() for text in texts if text.startswith("Error:")]
            if any(sentence in text for text in texts) or any(error and error in sentence for error in errors):
                return True
        return False

    def faults(self) -> list[str]:
        """What is wrong with how the page names what is wrong with the form."""
        if len(self.summaries) != 1:
            return [f"{len(self.summaries)} error summaries"]
        faults = []
        given = self.summaries[0].given
        if given.get("tabindex") != "-1" or "data-focus" not in given:
            faults.append("the summary does not take the focus")
        if not self.problems:
            faults.append("the summary is empty")
        for target, sentence in self.problems:
            if target and target not in self.by_id:
                faults.append(f"“{sentence}” leads to #{target}, which is not there")
            elif target and not self.is_described(target, sentence):
                faults.append(f"“{sentence}” does not describe #{target}")
        return faults

    def hidden(self, sent: Mapping[str, object]) -> dict[str, str]:
        """What the page would send hidden if the same form were sent from it: the version may be a newer one.

        What stands there several times lists something, as the questions that were asked, and stays as it was sent.
        """
        kept = {name: control for name, control in self.controls.items() if name in sent and name != "csrf_token"}
        single = {name: control for name, control in kept.items() if len(control.values) == 1}
        return {name: control.values[0] for name, control in single.items() if control.kind == "hidden"}

    def emptied(self, sent: Mapping[str, object]) -> list[str]:
        """The fields that held something when they were sent, right or wrong, and hold nothing now."""
        typed = [name for name, value in sent.items() if clean(str(value)).strip() and name in self.controls]
        return [
            f"{name} is empty"
            for name in typed
            if self.controls[name].kind not in KEPT_NOWHERE
            and self.controls[name].offered is None
            and not any(self.controls[name].values)
        ]

    def lost(self, sent: Mapping[str, object]) -> list[str]:
        """What was typed, or chosen from what the page offers, and is not in the page any more."""
        lost = []
        for name, value in sent.items():
            control = self.controls.get(name)
            if control is None or control.kind in KEPT_NOWHERE or not str(value).strip():
                continue
            offered = control.offered is None or str(value) in control.offered
            if offered and str(value).casefold() not in map(str.casefold, control.values):
                lost.append(f"{name}: {value!r} became {control.values}")
        return lost
