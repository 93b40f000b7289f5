"""Writing SVG elements: every attribute and every text is escaped here and nowhere else."""

from collections.abc import Iterable

from markupsafe import Markup, escape

Attribute = str | float
_ATTRIBUTE = Markup(' %s="%s"')


def number(value: float) -> str:
    """A coordinate with at most one decimal and no trailing zero; a tenth of a unit is below what a screen shows."""
    text = f"{value:.1f}"
    short = text.removesuffix(".0")
    return "0" if short == "-0" else short


def _hyphened(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def element(tag: str, content: str = "", /, **attributes: Attribute) -> Markup:
    """One element. Underscores in attribute names stand for hyphens, a trailing one (``class_``) is dropped."""
    # A board draws a thousand of them: "%" escapes as format() does, in less time.
    written = Markup("").join(
        _ATTRIBUTE % (_hyphened(name), value if isinstance(value, str) else number(value))
        for name, value in attributes.items()
    )
    if content:
        return Markup("<%s%s>%s</%s>") % (tag, written, content, tag)
    return Markup("<%s%s/>") % (tag, written)


def drawing(
    width: float, height: float, parts: Iterable[Markup], *, label: str, css: str = "", stretch: bool = False
) -> Markup:
    """A whole ``<svg>`` of ``width`` x ``height`` units, read out as ``label``; an empty label marks it as decoration.

    The label is written twice: browsers announce ``aria-label``, the tagged PDF takes the ``<title>``.
    """
    attributes: dict[str, Attribute] = {"class_": css} if css else {}
    attributes["viewBox"] = f"0 0 {number(width)} {number(height)}"
    if stretch:
        attributes["preserveAspectRatio"] = "none"
    if not label:
        return element("svg", Markup("").join(parts) or Markup(" "), **attributes, aria_hidden="true")
    body = element("title", escape(label)) + Markup("").join(parts)
    return element("svg", body, **attributes, role="img", aria_label=label)


def line(css: str, start: tuple[float, float], end: tuple[float, float], **attributes: Attribute) -> Markup:
    """A straight line."""
    return element("line", class_=css, x1=start[0], y1=start[1], x2=end[0], y2=end[1], **attributes)


def rect(css: str, corner: tuple[float, float], size: tuple[float, float], **attributes: Attribute) -> Markup:
    """A rectangle from its top left corner."""
    return element("rect", class_=css, x=corner[0], y=corner[1], width=size[0], height=size[1], **attributes)


def text(css: str, at: tuple[float, float], words: str, anchor: str = "start") -> Markup:
    """A text whose baseline begins, is centred or ends at ``at``."""
    return element("text", escape(words), class_=css, x=at[0], y=at[1], text_anchor=anchor)


def points(path: Iterable[tuple[float, float]]) -> str:
    """The ``points`` attribute of a polyline."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in path)
