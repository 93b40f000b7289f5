"""When two names or addresses of firms are alike. Pure."""

import re
import unicodedata
from urllib.parse import urlsplit

FORMS = re.compile(
    r"\b(inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|ou|oy|ab|as|sa|sas|sarl|srl|spa|bv|nv|"
    r"pte|pvt|pty|jsc|joint stock|kk|k k|gk|g k)\b"
    r"|株式会社|合同会社|有限会社|合資会社|合名会社|(一般|公益)(社団|財団)法人|特定非営利活動法人|npo法人|[(（][株有同][)）]"
)
SHARED_HOSTS = frozenset(
    re.findall(
        r"\S+",
        """
    amebaownd.com apps.apple.com bit.ly bitbucket.org blogspot.com canva.site carrd.co crunchbase.com facebook.com
    firebaseapp.com framer.website github.com github.io gitlab.com gitlab.io goope.jp google.com heroku.com herokuapp.com
    hp.peraichi.com instagram.com jimdo.com jimdofree.com jimdosite.com linkedin.com linktr.ee lit.link medium.com
    netlify.app note.com note.mu notion.com notion.site notion.so onrender.com pages.dev peraichi.com play.google.com
    prtimes.jp sites.google.com square.site stores.jp strikingly.com studio.site substack.com t.me thebase.in tiktok.com
    tumblr.com twitter.com vercel.app wantedly.com web.app webflow.io weebly.com wix.com wixsite.com wixstudio.com
    wordpress.com x.com youtube.com
    """,
    )
)
"""Where many firms have a page: what one of these addresses says tells nothing of the firm."""

FREE_MAIL = frozenset(
    re.findall(
        r"\S+",
        """
    126.com 163.com aol.com au.com docomo.ne.jp ezweb.ne.jp fastmail.com foxmail.com gmail.com gmx.at gmx.com gmx.de
    gmx.net googlemail.com hey.com hotmail.co.jp hotmail.com hotmail.co.uk i.softbank.jp icloud.com live.com live.jp
    mac.com mail.com mail.ru me.com msn.com naver.com nifty.com outlook.com outlook.jp pm.me proton.me protonmail.com
    qq.com rediffmail.com softbank.ne.jp tuta.io tutanota.com web.de yahoo.co.in yahoo.co.jp yahoo.com yahoo.co.uk
    yahoo.de yahoo.fr yandex.com yandex.ru ybb.ne.jp ymail.com zoho.com
    """,
    )
)
"""Where anybody has an address."""

SECOND_LEVEL = frozenset(
    re.findall(
        r"\S+", "ac ad asn biz co com ed edu firm gen go gob gouv gov gr id ind info lg ltd me mil ne net or org"
    )
)
"""What stands before a country's own part where names are given below it: ``co.jp``, ``com.au``, ``or.kr``."""

EXAMPLES = frozenset({"example.com", "example.net", "example.org"})
"""Nobody's: a name below them stands for one that somebody registered (RFC 2606)."""


def name_key(name: str) -> str:
    """A name without case, accents, width, punctuation and the form of the company; empty if nothing else is there.

    >>> name_key("Northbreath OÜ"), name_key("ＮＯＲＴＨ-breath, Inc."), name_key("株式会社 海月"), name_key("㈱海月")
    ('northbreath', 'northbreath', '海月', '海月')
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter) or letter in "\u3099\u309a")
    plain = FORMS.sub(" ", unicodedata.normalize("NFKC", plain))
    return re.sub(r"[\W_]+", "", FORMS.sub(" ", re.sub(r"[\W_]+", " ", plain)))


def domain_of(host: str) -> str:
    """The part of a host name that its owner registered; empty for no name, and for hosts that many firms share.

    Countries that give names below a second level are known by that level (``SECOND_LEVEL``), not by a list of all.

    >>> domain_of("www.shop.north.co.jp"), domain_of("www.north.example"), domain_of("north.github.io"), domain_of("co.jp")
    ('north.co.jp', 'north.example', '', '')
    """
    labels = host.casefold().strip(".").split(".")
    if len(labels) < 2 or labels[-1].isdigit() or any(".".join(labels[n:]) in SHARED_HOSTS for n in range(len(labels))):
        return ""
    below = (len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL) or ".".join(labels[-2:]) in EXAMPLES
    return ".".join(labels[-3:]) if below and len(labels) > 2 else "" if below else ".".join(labels[-2:])


def host_key(address: str | None) -> str:
    """The registered domain of a website; see :func:`domain_of`.

    >>> host_key("https://www.North.co.jp/en"), host_key("https://github.com/north"), host_key(None)
    ('north.co.jp', '', '')
    """
    try:
        return domain_of(urlsplit(address or "").hostname or "")
    except ValueError:
        return ""


def mail_key(address: str | None) -> str:
    """The registered domain of an e-mail address; empty where anybody can have one.

    >>> mail_key("aoi@mail.north.co.jp"), mail_key("aoi@gmail.com"), mail_key("aoi@yahoo.co.jp"), mail_key(None)
    ('north.co.jp', '', '', '')
    """
    host = (address or "").rpartition("@")[2].casefold()
    domain = domain_of(host)
    return "" if {host, domain} & FREE_MAIL else domain
