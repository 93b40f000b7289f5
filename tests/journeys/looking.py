"""What is looked for on every page: accessibility by axe-core, sideways scroll, complaints of the browser."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, ViewportSize

from tests.services import shared

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = 1280, 390
HEIGHT = {WIDE: 900, PHONE: 844}
ALIKE = 3
"""Rows of a table or list that are examined of those that consist of the same kinds of elements."""
_RUN = """async ([standards, alike]) => {
  const seen = new Map(), repeated = [];
  for (const row of document.querySelectorAll("tbody tr, li")) {
    const kind = [row, ...row.querySelectorAll("*")].map(e => e.tagName + " " + e.className).join(">");
    seen.set(kind, (seen.get(kind) || 0) + 1);
    if (seen.get(kind) > alike && !repeated.some(outer => outer.contains(row))) repeated.push(row);
  }
  const options = {runOnly: standards, resultTypes: ["violations"], preload: false};
  // What lies beneath the bar at the foot can be scrolled clear of it, and is no smaller a target for that.
  const bars = document.querySelectorAll(".tabbar");
  for (const bar of bars) bar.style.position = "static";
  const found = await axe.run({include: [document], exclude: repeated}, options);
  for (const bar of bars) bar.style.removeProperty("position");
  return found.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => [
    n.target.join(" "), n.html.slice(0, 160), n.any.concat(n.all, n.none).map(c => c.message).join("; ").slice(0, 240)])}));
}"""
_KINDS = r"""() => {
  const states = /^(role|type|open|hidden|disabled|aria-(current|pressed|checked|disabled|invalid|expanded|selected))$/;
  const refers = /^(for|aria-(labelledby|describedby|controls|activedescendant))$/;
  const attribute = a => states.test(a.name) ? a.name + a.value : !refers.test(a.name) ? a.name
    : a.name + a.value.split(" ").every(id => document.getElementById(id));
  const own = e => [e.tagName, e.getAttribute("class"), ...[...e.attributes].map(attribute).sort(),
    e.labels && e.labels.length, /\S/.test(e.textContent), !e.title, !e.alt, !e.ariaLabel].join(" ");
  const outer = e => e ? e.tagName + " " + e.getAttribute("class") : "";
  const kinds = new Set([...document.body.querySelectorAll("*")].map(e =>
    [own(e), outer(e.parentElement), outer(e.parentElement && e.parentElement.parentElement)].join("<")));
  const outline = [...document.querySelectorAll("h1, h2, h3, h4, main, nav, aside, header, footer, form, table")];
  kinds.add(outline.map(e => e.tagName).join(" ").replace(/\b(\w+( \w+)*?)( \1)+\b/g, "$1"));
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  kinds.add(ids.filter((id, at) => ids.indexOf(id) !== at).join(" "));
  return [...kinds];
}"""
_SCROLL = """() => {
  const width = document.documentElement.clientWidth, beyond = document.documentElement.scrollWidth - width;
  if (beyond <= 0) return [0, []];
  const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1);
  return [beyond, wide.slice(0, 5).map(e => e.tagName + "." + e.getAttribute("class"))];
}"""
EXPECTED = "Failed to load resource: the server responded with a status of 422"
"""How Chromium reports a refused form, which is no fault of the page."""


class Watch:
    """Collects what the browser complains about in a context: console errors, CSP reports, faults of the server."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: status {response.status}")


def faults(page: Page, width: int, *, examined: bool = True) -> list[str]:
    """What is wrong with the page as it is shown now, at a width in pixels; in words, empty if nothing is.

    Without ``examined`` axe-core, which costs most of it, does not run.
    """
    size: ViewportSize = {"width": width, "height": HEIGHT[width]}
    if page.viewport_size != size:
        page.set_viewport_size(size)
    is_new = examined and _has_something_new(page, width)
    return [*(_violations(page, width) if is_new else ()), *_sideways(page, width)]


def _has_something_new(page: Page, width: int) -> bool:
    """Whether the page has an element of a kind that no page of this test run had at this width, or another outline.

    A kind is an element's name, classes, attributes and state, whether it is labelled, and which two others it is in.
    """
    kinds = {sha256(kind.encode()).hexdigest() for kind in page.evaluate(_KINDS)}
    return shared.add_to(f"kinds-{width}", kinds)


def _violations(page: Page, width: int) -> list[str]:
    if page.evaluate("typeof axe === 'undefined'"):  # by the debugger, because the page's own policy lets no script in
        page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    return [
        f"{page.url} at {width} px: {violation['id']} ({violation['help']}): {_words(node)}"
        for violation in page.evaluate(_RUN, [STANDARDS, ALIKE])
        for node in violation["nodes"]
    ]


def _sideways(page: Page, width: int) -> list[str]:
    beyond, culprits = page.evaluate(_SCROLL)
    return [f"{page.url} at {width} px: scrolls sideways by {beyond} px: {', '.join(culprits)}"] if beyond else []


def _words(node: list[Any]) -> str:
    return " | ".join(str(part).replace("\n", " ") for part in node)
