"""When two names or addresses of firms are alike. Pure."""

import re
import unicodedata
from urllib.parse import urlsplit

FORMS = re.compile(
    r"\b(inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|ou|oy|ab|as|sa|sas|sarl|srl|spa|bv|nv|"
    r"pte|pvt|pty|kk|k k)\b|株式会社|合同会社|有限会社|一般社団法人"
)
SHARED_HOSTS = frozenset(
    {
        "github.com",
        "github.io",
        "linkedin.com",
        "facebook.com",
        "instagram.com",
        "x.com",
        "twitter.com",
        "youtube.com",
        "google.com",
        "sites.google.com",
        "notion.site",
        "wixsite.com",
        "wordpress.com",
        "medium.com",
        "note.com",
        "apps.apple.com",
        "play.google.com",
        "linktr.ee",
        "studio.site",
        "vercel.app",
        "netlify.app",
        "peraichi.com",
    }
)


def name_key(name: str) -> str:
    """A name without case, accents, width, punctuation and the form of the company; empty if nothing else is there.

    >>> name_key("Northbreath OÜ"), name_key("ＮＯＲＴＨ-breath, Inc."), name_key("株式会社 海月")
    ('northbreath', 'northbreath', '海月')
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter) or letter in "\u3099\u309a")
    plain = unicodedata.normalize("NFKC", plain)
    return re.sub(r"[\W_]+", "", FORMS.sub(" ", re.sub(r"[\W_]+", " ", plain)))


def host_key(address: str | None) -> str:
    """The host of a website without ``www.``; empty for hosts that many firms share.

    >>> host_key("https://www.North.example/en"), host_key("https://github.com/north"), host_key(None)
    ('north.example', '', '')
    """
    try:
        host = (urlsplit(address or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    shared = host in SHARED_HOSTS or any(host.endswith("." + known) for known in SHARED_HOSTS)
    return "" if shared else host
