"""Mail addresses: reading a list of them, one a line, and writing one so that it fits a phone. Pure."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email
from markupsafe import Markup

from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean_line, mail_address

MOST = 200


def read_addresses(text: str) -> tuple[list[str], list[str]]:
    """``(addresses, errors)``: addresses in lower case, each once; one sentence for each line that holds none.

    A line may hold a name before the address in angle brackets, as mail programs copy it.
    """
    addresses: dict[str, None] = {}
    errors = []
    for number, line in enumerate(text.splitlines(), start=1):
        typed = clean_line(unicodedata.normalize("NFKC", line)).strip(",;").strip()
        if not typed:
            continue
        address = mail_address(typed.rsplit("<", 1)[-1].rstrip(">"))
        try:
            validate_email(address, check_deliverability=False)
        except EmailNotValidError:
            errors.append(_("Line %(num)s: “%(text)s” is not an e-mail address.", num=number, text=typed[:80]))
        else:
            addresses[address] = None
    if len(addresses) > MOST:
        errors.append(_("Invite at most %(num)s people at once.", num=MOST))
    return list(addresses), errors


def breakable(text: str) -> Markup:
    """The text, escaped, with places where a line may end after each sign that parts an address.

    >>> breakable("a.b@c")
    Markup('a.<wbr>b@<wbr>c')
    """
    return Markup("<wbr>").join(re.split(r"(?<=[@._-])(?=.)", text))
