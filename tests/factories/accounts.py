"""Links as a mail would carry them."""

import re

from sqlalchemy import select

from accelerator.core.db import session
from accelerator.notifications.models import Message


def mailed_links(address: str) -> list[str]:
    """The paths of all links mailed to an address, oldest first. Call inside a session."""
    bodies = session().scalars(select(Message.body).where(Message.address == address).order_by(Message.id))
    return [path for body in bodies for path in re.findall(r"/links/[\w-]+", body)]


def mailed_kinds(address: str) -> list[str]:
    """The kinds of all mails to an address, oldest first."""
    return list(session().scalars(select(Message.kind).where(Message.address == address).order_by(Message.id)))
