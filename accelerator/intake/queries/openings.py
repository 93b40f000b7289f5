"""Who may write although the call has closed: more time for one application, or for somebody who has none yet."""

from datetime import datetime

from sqlalchemy import Integer, bindparam, or_, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.accounts.tokens import digest
from accelerator.core.db import session
from accelerator.core.prepared import Prepared
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.opening_models import Extension
from accelerator.intake.queries.visibility import visible_to
from accelerator.programmes.models import Edition


def extension_of(application: Application) -> Extension | None:
    """The extension that an application has, over or not; None where it has none, or where it was revoked."""
    row: Extension | None = _OF_APPLICATION.entities(application=application.id).scalar()
    return row


_OF_APPLICATION = Prepared(
    lambda: select(Extension).where(
        Extension.application_id == bindparam("application", type_=Integer), Extension.revoked_at.is_(None)
    )
)


def own_extension(person: Person, edition: Edition) -> Extension | None:
    """What a person has used a code for, and has begun nothing with."""
    return session().scalar(
        select(Extension)
        .where(
            Extension.edition_id == edition.id,
            Extension.used_by == person.id,
            Extension.application_id.is_(None),
            Extension.revoked_at.is_(None),
        )
        .order_by(Extension.until.desc())
        .limit(1)
    )


def lasts(extension: Extension | None, edition: Edition, at: datetime) -> bool:
    """Whether what reached us ``at`` this instant came within an extension: before its end, and not before the call."""
    return extension is not None and extension.revoked_at is None and edition.opens_at <= at < extension.until


def is_open_for(application: Application, edition: Edition, at: datetime) -> bool:
    """Whether the call, or the application's own extension, takes what reached us ``at`` this instant."""
    return edition.takes(at) or lasts(extension_of(application), edition, at)


def counts(extension: Extension | None, edition: Edition) -> bool:
    """Whether an extension ends later than the call does, so that it is the close that counts."""
    if extension is None or extension.revoked_at is not None or edition.refuses_at is None:
        return False
    return extension.until > edition.refuses_at


def closes_for(application: Application, edition: Edition, at: datetime) -> datetime | None:
    """Until when the application can be changed, as its founders may know it at an instant; None where it can't, or if
    the call is rolling.
    """
    extension = extension_of(application)
    if extension is not None and counts(extension, edition) and lasts(extension, edition, at):
        return extension.until
    return edition.public_close(at) if edition.takes(at) else None


def code_digest(code: str) -> str:
    """What is kept of a code, however it is typed: capitals, hyphens and spaces make no difference."""
    return digest("".join(letter for letter in code.upper() if letter.isalnum()))


def by_code(edition: Edition, code: str) -> Extension | None:
    """The extension that a code is for."""
    known = select(Extension).where(Extension.edition_id == edition.id, Extension.code_hash == code_digest(code))
    return session().scalar(known)


def by_address(edition: Edition, email: str) -> Extension | None:
    """The extension that the owner of an address has a code for."""
    known = select(Extension).where(Extension.edition_id == edition.id, Extension.email == email)
    return session().scalar(known.where(Extension.revoked_at.is_(None)))


def extension(edition: Edition, extension_id: int) -> Extension | None:
    """One extension of the edition."""
    return session().scalar(
        select(Extension)
        .options(joinedload(Extension.application))
        .where(Extension.edition_id == edition.id, Extension.id == extension_id)
    )


def extensions(edition: Edition, viewer: Person, most: int = 200) -> list[Extension]:
    """The extensions of an edition, the newest first; those of applications that bar the viewer are left out."""
    rows = (
        select(Extension)
        .outerjoin(Application, Application.id == Extension.application_id)
        .options(joinedload(Extension.application), joinedload(Extension.giver), joinedload(Extension.user))
        .where(Extension.edition_id == edition.id, or_(Extension.application_id.is_(None), visible_to(viewer)))
    )
    return list(session().scalars(rows.order_by(Extension.id.desc()).limit(most)))


def running_extensions(edition: Edition, now: datetime) -> list[Extension]:
    """The extensions that have not ended and with which nothing was sent, their applications loaded."""
    rows = (
        select(Extension)
        .outerjoin(Application, Application.id == Extension.application_id)
        .options(joinedload(Extension.application), joinedload(Extension.user))
        .where(Extension.edition_id == edition.id, Extension.revoked_at.is_(None), Extension.until > now)
        .where(or_(Extension.application_id.is_(None), Application.state == ApplicationState.DRAFT))
    )
    return list(session().scalars(rows.order_by(Extension.id)))
