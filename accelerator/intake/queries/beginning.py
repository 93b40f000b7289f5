"""Reads for beginning an application: the person's firms, and what each of them sent last."""

from sqlalchemy import and_, select

from accelerator.accounts.models import Person
from accelerator.core import scope
from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState, Question, QuestionKind, Revision
from accelerator.intake.roles import QuestionRole
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup
from accelerator.startups.queries import founded_by

_WITHDRAWN = Application.state == ApplicationState.WITHDRAWN


def firms(person: Person, edition: Edition) -> list[tuple[Startup, Application | None]]:
    """The startups that the person has access to, by name, each with its application in the edition, if any.

    Beside one that counts, withdrawn ones are left out.
    """
    rows = session().execute(
        select(Startup, Application)
        .outerjoin(Application, and_(Application.startup_id == Startup.id, Application.edition_id == edition.id))
        .where(Startup.id.in_(founded_by(person.id)))
        .order_by(Startup.name, Startup.id, _WITHDRAWN.desc(), Application.id)
    )
    return list({row.Startup.id: (row.Startup, row.Application) for row in rows}.values())


def application_in(edition: Edition, startup: Startup) -> Application | None:
    """The application of a startup in the edition that counts, else a withdrawn one."""
    return session().scalar(
        select(Application)
        .where(Application.edition_id == edition.id, Application.startup_id == startup.id)
        .order_by(_WITHDRAWN, Application.id.desc())
        .limit(1)
    )


def last_sent(startup: Startup) -> Revision | None:
    """What a startup sent last, to whichever edition."""
    with scope.everywhere():
        sent = (
            select(Revision)
            .join(Application, Application.id == Revision.application_id)
            .where(Application.startup_id == startup.id)
            .order_by(Revision.sent_at.desc(), Revision.id.desc())
        )
        return session().scalar(sent.limit(1))


def asked(form_id: int) -> list[tuple[str, QuestionKind, QuestionRole | None]]:
    """Key, kind and role of each question of a form."""
    rows = session().execute(select(Question.key, Question.kind, Question.role).where(Question.form_id == form_id))
    return [(row.key, row.kind, row.role) for row in rows]
