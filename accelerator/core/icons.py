"""Icons of 24 x 24 units, drawn as strokes in the colour of the text. They decorate: the text beside them says the same."""

from functools import cache

from markupsafe import Markup

PATHS = {
    "arrow_left": "M20 12H4M10 6l-6 6 6 6",
    "arrow_right": "M4 12h16M14 6l6 6-6 6",
    "bell": "M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5L19 18H5zM10 20.5h4",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3.5v4M16 3.5v4",
    "chart": "M4 20h16M7 16v-4M12 16V6M17 16v-7",
    "chat": "M4 5h16v11H9l-5 4z",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "chevron_down": "M6 9.5l6 6 6-6",
    "chevron_left": "M14.5 6l-6 6 6 6",
    "chevron_right": "M9.5 6l6 6-6 6",
    "chevron_up": "M6 14.5l6-6 6 6",
    "clock": "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 7.5V12l3 2",
    "close": "M6 6l12 12M18 6L6 18",
    "columns": "M4 5h16v14H4zM9.5 5v14M14.5 5v14",
    "download": "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14",
    "eye_off": (
        "M4 4l16 16M9.5 6.3A9 9 0 0 1 12 6c4.5 0 7.5 3.5 9 6a15 15 0 0 1-2.7 3.4M6.2 7.7A14.6 14.6 0 0 0 3 "
        "12c1.5 2.5 4.5 6 9 6 1.6 0 3-.4 4.2-1"
    ),
    "file": "M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5M10 15.5h5",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "flag": "M6 21V4M6 5h11l-2.5 4L17 13H6",
    "globe": (
        "M12 20.2a8.2 8.2 0 1 0 0-16.4 8.2 8.2 0 0 0 0 16.4zM3.8 12h16.4M12 3.8c2.5 2.4 3.6 5 3.6 8.2s-1.1 "
        "5.8-3.6 8.2c-2.5-2.4-3.6-5-3.6-8.2s1.1-5.8 3.6-8.2z"
    ),
    "heart": "M12 20s-7-4.3-7-9.5A3.8 3.8 0 0 1 12 8a3.8 3.8 0 0 1 7 2.5c0 5.2-7 9.5-7 9.5z",
    "home": "M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4v-5H9v5H5a1 1 0 0 1-1-1z",
    "inbox": "M4 13h4l1.5 3h5L16 13h4M4 13v6h16v-6L17 5H7z",
    "info": "M12 20.2a8.2 8.2 0 1 0 0-16.4 8.2 8.2 0 0 0 0 16.4zM12 11v5M12 8v.2",
    "link": "M10 14l4-4M8.5 12.5l-2 2A3.2 3.2 0 0 0 11 19l2-2M15.5 11.5l2-2A3.2 3.2 0 0 0 13 5l-2 2",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "mail": "M4 6h16v12H4zM4 7l8 6 8-6",
    "moon": "M19.5 14.5a8 8 0 0 1-10-10 8 8 0 1 0 10 10z",
    "more": "M6 12h.1M12 12h.1M18 12h.1",
    "people": (
        "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3 20c.4-3.6 2.8-5.5 6-5.5s5.6 1.9 6 5.5M16 5.2a3 3 0 "
        "0 1 0 5.6M18 14.8c1.8.8 2.8 2.5 3 5.2"
    ),
    "person": "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20c.5-3.8 3.4-5.7 7-5.7s6.5 1.9 7 5.7",
    "play": "M8 5.5v13l11-6.5z",
    "plus": "M12 5v14M5 12h14",
    "print": "M7 8V4h10v4M8 16H5V8h14v8h-3M8 13h8v7H8z",
    "search": "M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM15.5 15.5 20 20",
    "sliders": (
        "M4 7h10M18 7h2M4 12h2M10 12h10M4 17h8M16 17h4M16 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 14a2 2 0 1 0 0-4 "
        "2 2 0 0 0 0 4zM14 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
    ),
    "star": "M12 4.5l2.3 4.8 5.2.7-3.8 3.6.9 5.2-4.6-2.5-4.6 2.5.9-5.2L4.5 10l5.2-.7z",
    "sun": (
        "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5V5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3l1.8 1.8M16.9 "
        "16.9l1.8 1.8M18.7 5.3l-1.8 1.8M7.1 16.9l-1.8 1.8"
    ),
    "sunrise": "M4 18h16M7 18a5 5 0 0 1 10 0M12 4v5M8.5 7 12 3.5 15.5 7M4.5 12.5l1.2 1M19.5 12.5l-1.2 1",
    "table": "M4 5h16v14H4zM4 10h16M10 5v14",
    "trash": "M5 7h14M9.5 7V4.5h5V7M7 7l.8 13h8.4L17 7M10 11v5M14 11v5",
    "updown": "M8 10l4-4 4 4M8 14l4 4 4-4",
    "upload": "M12 15V4M7.5 8.5 12 4l4.5 4.5M5 20h14",
    "video": "M4 7h11v10H4zM15 10.5l5-3v9l-5-3",
    "warning": "M12 4.5l8.5 15h-17zM12 10v4.5M12 17v.2",
}


@cache
def icon(name: str, small: bool = False, css: str = "") -> Markup:
    """One icon as SVG. Raises KeyError for an unknown name: better no page than an empty picture."""
    classes = " ".join(part for part in ("ico", "ico-s" if small else "", css) if part)
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(
        classes, PATHS[name]
    )
