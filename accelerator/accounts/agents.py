"""What a browser calls itself, in words a person recognises. Pure."""

import re

# Order matters: Edge and Opera also call themselves Chrome, Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_and_system(agent: str) -> tuple[str, str]:
    """``(browser, system)`` of a User-Agent text, each empty where it is unknown; a bare program gives its own name.

    >>> browser_and_system("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36")
    ('Chrome', 'Linux')
    >>> browser_and_system("curl/8.5.0"), browser_and_system("")
    (('curl', ''), ('', ''))
    """
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    bare = re.match(r"[\w .-]{1,40}", agent)
    return browser or ("" if agent.startswith("Mozilla/") or not bare else bare.group()), system
