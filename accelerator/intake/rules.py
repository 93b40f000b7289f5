"""Who may see and fill in applications."""

from typing import NamedTuple

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.core.parts import Part
from accelerator.intake.answers.reading import REVIEWER_OPEN
from accelerator.intake.consent_models import Consent, Purpose
from accelerator.intake.models import COUNTED, Application, Attachment
from accelerator.intake.note_models import Note
from accelerator.intake.opening_models import Extension
from accelerator.intake.queries.consents import consented
from accelerator.intake.queries.copies import OwnCopy
from accelerator.intake.queries.drafts import DraftPage, was_sent
from accelerator.intake.queries.forms import readable
from accelerator.intake.queries.partners import reading_host
from accelerator.intake.queries.same import Pair
from accelerator.intake.queries.visibility import is_barred
from accelerator.intake.team_models import BulkRun, SavedView, Tag
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.startups.editions import editions_of
from accelerator.startups.models import StartupMerge
from accelerator.startups.queries import is_founder


def can_fill(actor: Person | None, application: Application) -> bool:
    """Founders of the startup write its application; the operations say until when."""
    return holds(actor, application.edition_id, Role.FOUNDER) and is_founder(actor, application.startup_id)


def can_fill_page(actor: Person | None, page: DraftPage) -> bool:
    """Founders see the pages of their own application."""
    return can_fill(actor, page.application)


def can_read_copy(actor: Person | None, own: OwnCopy) -> bool:
    """Founders get the copies of their own application."""
    return can_fill(actor, own.application)


def can_compare(actor: Person | None, pair: Pair) -> bool:
    """The team of every edition that either record applied to; the loader gives no other pair."""
    editions = {applied.edition.id for record in (pair.first, pair.second) for applied in record.applied}
    return all(on_team(actor, edition_id) for edition_id in editions)


def can_undo(actor: Person | None, merge: StartupMerge) -> bool:
    """The team of every edition that the firm applied to; the loader gives no merge of which anything bars them."""
    return all(on_team(actor, edition_id) for edition_id in editions_of(merge.kept_id))


def can_see(actor: Person | None, application: Application) -> bool:
    """The edition's team sees that an application exists; what a draft says is its founders' business.

    Whom a conflict of interest bars has no page of it, though they may be on the team.
    """
    if actor is None or not on_team(actor, application.edition_id):
        return False
    return not is_barred(actor, application)


def can_keep_tag(actor: Person | None, tag: Tag) -> bool:
    """The team of the edition names its tags."""
    return on_team(actor, tag.edition_id)


def can_keep_view(actor: Person | None, view: SavedView) -> bool:
    """The team keeps its views, and each of them their own."""
    return actor is not None and on_team(actor, view.edition_id) and view.person_id in (None, actor.id)


def can_see_run(actor: Person | None, run: BulkRun) -> bool:
    """Whoever asked for an act on many applications, for as long as they are on the team."""
    return actor is not None and actor.id == run.asked_by and on_team(actor, run.edition_id)


def can_manage_extension(actor: Person | None, extension: Extension) -> bool:
    """The edition's team; whose is barred from an application has no say in its time either."""
    if extension.application is not None:
        return can_see(actor, extension.application)
    return actor is not None and on_team(actor, extension.edition_id)


def can_read_as_partner(actor: Person | None, edition: Edition) -> bool:
    """Partners of an organisation whose part includes reading, once the call is no longer sealed."""
    if actor is None or not holds(actor, edition.id, Role.PARTNER):
        return False
    return reading_host(edition, actor) is not None


def can_read_one_as_partner(actor: Person | None, application: Application) -> bool:
    """The same, for what was sent, is shared with their organisation, and does not bar them."""
    if actor is None or application.state not in COUNTED or is_barred(actor, application):
        return False
    edition = programmes.edition(application.edition_id)
    if edition is None or not can_read_as_partner(actor, edition):
        return False
    host = reading_host(edition, actor)
    return host is not None and consented(application, Purpose.HOST, host)


def can_give_consent(actor: Person | None, consent: Consent) -> bool:
    """Those who can fill in the application give a consent again; who left may only withdraw what they gave."""
    return can_fill(actor, consent.application)


def can_change_consent(actor: Person | None, consent: Consent) -> bool:
    """Founders of the startup, and whoever gave it."""
    return actor is not None and (consent.given_by == actor.id or is_founder(actor, consent.application.startup_id))


def _is_shown_to_partners(attachment: Attachment) -> bool:
    application = attachment.application
    sections = readable(application, application.revision_number, REVIEWER_OPEN)
    return any(file.id == attachment.id for part in sections for answer in part.answers for file in answer.files)


def can_read_attachment(actor: Person | None, attachment: Attachment) -> bool:
    """Founders of the application, the team once the file was sent, and partners who read.

    Reviewers come by a route of their own.
    """
    application = attachment.application
    if can_fill(actor, application) or (was_sent(attachment) and can_see(actor, application)):
        return True
    return can_read_one_as_partner(actor, application) and _is_shown_to_partners(attachment)


def can_edit_note(actor: Person | None, note: Note) -> bool:
    """Its author, for as long as they see the application."""
    return actor is not None and actor.id == note.author_id and can_see(actor, note.application)


class PartOf(NamedTuple):
    """A part of the team's page of an application, as some stage declared it."""

    application: Application
    part: Part


def can_see_part(actor: Person | None, shown: PartOf) -> bool:
    """Whoever sees the application, and whom the part's own stage lets see it."""
    return can_see(actor, shown.application) and shown.part.allow(actor, shown.application)
