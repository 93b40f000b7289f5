"""What the nightly job ends in an edition: drafts that nobody will send, and files that were replaced before sending."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import session
from accelerator.core.keeping import BATCH, forget_files, unpointed
from accelerator.intake.models import Application, ApplicationState, Attachment, Revision, SearchTerm
from accelerator.intake.note_models import Note, NoteMention
from accelerator.intake.opening_models import Extension
from accelerator.intake.queries.drafts import files_named
from accelerator.intake.team_models import ApplicationOwner, ApplicationTag, BulkLine
from accelerator.programmes.models import Edition

OF_THE_TEAM = (ApplicationTag, ApplicationOwner, BulkLine, Note)


def _cut_off(row: type[Application | Attachment]) -> datetime:
    return clock.now() - timedelta(days=row.__life__.ends[0].days)


def forget_drafts(edition: Edition, *, most: int = BATCH) -> int:
    """Remove drafts that were never sent and that nobody has touched since long after the close; how many.

    A rolling call does not close: there a draft goes once nobody has touched it for as long. One stays that anything
    points at but its files, its terms of search, the time it was given, and what the team keeps for itself.
    """
    before = _cut_off(Application)
    if edition.refuses_at is not None and edition.refuses_at >= before:
        return 0
    over = select(Application).where(
        Application.edition_id == edition.id,
        Application.state == ApplicationState.DRAFT,
        Application.revision_number == 0,
        Application.saved_at < before,
        *unpointed(Application, besides=(SearchTerm, Attachment, Extension, *OF_THE_TEAM)),
    )
    drafts = session().scalars(over.order_by(Application.id).limit(most).with_for_update(of=Application)).all()
    ids = [draft.id for draft in drafts]
    for draft in drafts:
        audit(None, "application.forgotten", draft)
    of_drafts = Attachment.application_id.in_(ids)
    keys = session().scalars(select(Attachment.storage_key).where(of_drafts)).all()
    for statement in (
        delete(Attachment).where(of_drafts),
        delete(NoteMention).where(
            NoteMention.note_id.in_(select(Note.id).where(Note.application_id.in_(ids)).scalar_subquery())
        ),
        delete(Note).where(Note.application_id.in_(ids)),
        delete(ApplicationTag).where(ApplicationTag.application_id.in_(ids)),
        delete(BulkLine).where(BulkLine.application_id.in_(ids)),
        delete(Extension).where(Extension.edition_id == edition.id, Extension.application_id.in_(ids)),
        delete(ApplicationOwner).where(ApplicationOwner.application_id.in_(ids)),
        delete(SearchTerm).where(SearchTerm.edition_id == edition.id, SearchTerm.application_id.in_(ids)),
        delete(Application).where(Application.edition_id == edition.id, Application.id.in_(ids)),
    ):
        session().execute(statement.execution_options(synchronize_session=False))
    forget_files(set(keys))
    return len(ids)


def forget_replaced_files(edition: Edition, *, after: int = 0, most: int = BATCH) -> tuple[int, int | None]:
    """Remove files that were replaced before an application was sent; how many, and the id to go on after.

    A file that any revision names stays: the team has read it.
    """
    before = _cut_off(Attachment)
    lately = exists().where(Revision.application_id == Attachment.application_id, Revision.sent_at >= before)
    over = (
        select(Attachment.id, Attachment.application_id, Attachment.storage_key)
        .join(Application, Application.id == Attachment.application_id)
        .where(Application.edition_id == edition.id, Application.revision_number > 0, Attachment.id > after)
        .where(Attachment.removed_at < before, ~lately)
    )
    rows = session().execute(over.order_by(Attachment.id).limit(most)).all()
    sent = select(Revision.answers).where(Revision.application_id.in_({row.application_id for row in rows}))
    named = {number for answers in session().scalars(sent) for number in files_named(answers)}
    replaced = [row for row in rows if row.id not in named]
    session().execute(
        delete(Attachment)
        .where(Attachment.id.in_([row.id for row in replaced]))
        .execution_options(synchronize_session=False)
    )
    forget_files({row.storage_key for row in replaced})
    return len(replaced), rows[-1].id if len(rows) == most else None
