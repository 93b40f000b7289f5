"""More time for one applicant: given with a reason, used by them alone, revoked."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from accelerator.accounts import queries as accounts
from accelerator.accounts.models import Person
from accelerator.core import clock, i18n
from accelerator.core.audit import audit, reason_problems
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean, mail_address
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.opening_models import Extension
from accelerator.intake.queries import drafts, openings
from accelerator.intake.queries.visibility import is_barred
from accelerator.notifications.models import Message
from accelerator.notifications.operations import Letter, letter_to, notify_address, notify_many
from accelerator.programmes.models import Edition
from accelerator.startups.queries import people

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is taken for something else
GROUPS, GROUP = 5, 4  # 100 bits


def new_code() -> str:
    """A code that can be typed, 23 characters with its hyphens."""
    return "-".join("".join(secrets.choice(ALPHABET) for _letter in range(GROUP)) for _group in range(GROUPS))


def time_problems(edition: Edition, *, until: datetime | None, reason: str) -> Iterator[Refused]:
    """What is wrong with more time until an instant."""
    if edition.closes_at is None:
        yield Refused(_("This call has no close, so nobody needs more time."))
    elif until is not None and until <= clock.now():
        yield Refused(_("Enter a time that is still to come."), field="until")
    elif until is not None and edition.refuses_at is not None and until <= edition.refuses_at:
        yield Refused(_("The call itself takes applications until then. Enter a later time."), field="until")
    yield from reason_problems(reason, blank=_("Say why this applicant gets more time."))


def extension_problems(
    application: Application, edition: Edition, *, until: datetime | None, reason: str
) -> Iterator[Refused]:
    """Why an application can't get more time until an instant."""
    if application.state is not ApplicationState.DRAFT:
        yield Refused(_("More time is for drafts, and this is none."))
    yield from time_problems(edition, until=until, reason=reason)


def give_extension(
    application: Application, edition: Edition, *, until: datetime, reason: str, actor: Person
) -> Extension:
    """Give one draft more time than the call, with a reason that stays with the team; its founders get a mail.

    What it had before is replaced.
    """
    lock(application)
    reason = clean(reason).strip()
    refuse(extension_problems(application, edition, until=until, reason=reason))
    before = openings.extension_of(application)
    if before is not None:
        if before.until == until:
            return before
        _end(before)
    extension = _add(edition, until, reason, actor, application_id=application.id)
    audit(actor, "extension.given", extension, reason=reason, until=[before.until if before else None, until])
    _tell(extension, "extension_given", edition)
    return extension


def give_code(edition: Edition, *, email: str, until: datetime, reason: str, actor: Person) -> Extension:
    """Mail somebody who has no application yet a code with which they alone may begin one, change and send it.

    Whoever owns the address and has a draft gets the extension of that, without a code.
    """
    lock(edition)
    address, reason = mail_address(email), clean(reason).strip()
    refuse(code_problems(edition, email=address, until=until, reason=reason, actor=actor))
    known = accounts.person_by_email(address)
    mine = drafts.application_of(known, edition) if known else None
    if mine is not None:
        return give_extension(mine, edition, until=until, reason=reason, actor=actor)
    before, code = openings.by_address(edition, address), new_code()
    if before is not None:
        _end(before)
    extension = _add(edition, until, reason, actor, email=address, code_hash=openings.code_digest(code))
    audit(
        actor,
        "extension.code_given",
        extension,
        reason=reason,
        email=[None, address],
        until=[before.until if before else None, until],
    )
    notify_address(
        address,
        known.name_in(known.language) if known else address,
        "extension_code",
        key=f"extension_code:{extension.id}",
        language=known.language if known else i18n.language(),
        zone=known.zone if known else edition.zone,
        person_id=known.id if known else None,
        edition=edition,
        extension=extension,
        code=code,
    )
    return extension


def code_problems(
    edition: Edition, *, email: str, until: datetime | None, reason: str, actor: Person
) -> Iterator[Refused]:
    """Why nobody can be given a code for this address."""
    known = accounts.person_by_email(email) if email else None
    mine = drafts.application_of(known, edition) if known else None
    if mine is not None and is_barred(actor, mine):
        yield Refused(_("You have a conflict of interest with this application."), field="email")
    elif mine is not None:
        yield from extension_problems(mine, edition, until=until, reason=reason)
    else:
        yield from time_problems(edition, until=until, reason=reason)


def use_code(edition: Edition, code: str, *, at: datetime, actor: Person) -> Extension:
    """Take up what a code is for; of two who use it at once one succeeds, and only the owner of its address may.

    A draft that the person has by now gets the time at once.
    """
    extension = openings.by_code(edition, code)
    refuse(_use_problems(extension, at, actor))
    if extension is None:
        raise Refused(_("This code is not known here."))
    free = update(Extension).where(
        Extension.id == extension.id, Extension.used_at.is_(None), Extension.revoked_at.is_(None)
    )
    mine = drafts.application_of(actor, edition)
    if mine is not None:
        lock(mine)
        if mine.state is not ApplicationState.DRAFT:
            raise Refused(
                _("%(reference)s was sent already. Write to the team.", reference=mine.reference), field="code"
            )
        if (earlier := openings.extension_of(mine)) is not None:
            _end(earlier)
    taken = session().execute(
        free.values(used_at=clock.now(), used_by=actor.id, application_id=mine.id if mine else None)
        .returning(Extension.id)
        .execution_options(synchronize_session=False)
    )
    if taken.scalar() is None:
        raise Refused(_("This code has been used already. It works once."), field="code")
    session().refresh(extension)
    audit(actor, "extension.used", extension)
    return extension


def _use_problems(extension: Extension | None, at: datetime, actor: Person) -> Iterator[Refused]:
    if extension is None or extension.email not in accounts.addresses(actor):
        yield Refused(
            _("This code is not known for your address. Check it, or sign in with the address it was sent to."),
            field="code",
        )
    elif extension.revoked_at is not None:
        yield Refused(_("The team has taken this code back. Write to them if you need it."), field="code")
    elif at >= extension.until:
        yield Refused(_("This code has expired."), field="code")


def take_up(extension: Extension, application: Application) -> None:
    """What the person begins now has the time that their code gave them."""
    extension.application_id = application.id
    session().flush()


def revoke_extension(extension: Extension, edition: Edition, *, actor: Person) -> None:
    """Take more time back; whoever had it gets a mail. What was sent meanwhile stays. Nothing if it was revoked before."""
    lock(extension)
    if extension.revoked_at is not None:
        return
    _end(extension)
    audit(actor, "extension.revoked", extension)
    _tell(extension, "extension_revoked", edition)


def _add(edition: Edition, until: datetime, reason: str, actor: Person, **whose: Any) -> Extension:
    return add(
        Extension(edition_id=edition.id, until=until, reason=reason, given_by=actor.id, given_at=clock.now(), **whose)
    )


def _end(extension: Extension) -> None:
    extension.revoked_at = clock.now()
    session().flush()  # before another one takes the one place


def _tell(extension: Extension, kind: str, edition: Edition) -> None:
    notify_many(letters_about(extension, kind, edition))


def letters_about(extension: Extension, kind: str, edition: Edition) -> list[Letter]:
    """A letter of one kind about an extension to each of those whom it is for, once."""
    application = extension.application
    values: dict[str, Any] = {"edition": edition, "extension": extension, "application": application}
    values["left"] = extension.until - clock.now()
    if application is not None:
        who = people(application.startup_id)
    elif extension.user is not None:
        who = [extension.user]
    else:
        return [_to_address(extension, kind, values)] if extension.email else []
    return [
        letter_to(person, kind, key=f"{kind}:{extension.id}:{person.id}", about=application, **values) for person in who
    ]


def _to_address(extension: Extension, kind: str, values: dict[str, Any]) -> Letter:
    """Whoever has a code and has not used it is known by their address alone, or by an account that it belongs to."""
    address = extension.email or ""
    known = accounts.person_by_email(address)
    first = select(Message.language).where(Message.key == f"extension_code:{extension.id}")
    return Letter(
        address,
        known.name_in(known.language) if known else address,
        kind,
        f"{kind}:{extension.id}",
        known.language if known else session().scalar(first) or i18n.language(),
        known.zone if known else values["edition"].zone,
        values,
        known.id if known else None,
    )
