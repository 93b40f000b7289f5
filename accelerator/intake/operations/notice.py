"""Writing the free parts of the privacy notice."""

from collections.abc import Mapping

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.intake.notice_models import PrivacyNotice
from accelerator.intake.queries.notice import notice
from accelerator.programmes.models import Edition


def change_notice(edition: Edition, texts: Mapping[str, dict[str, str]], *, actor: Person) -> None:
    """Store the parts by name, each in both languages."""
    lock(edition)
    known = notice(edition)
    if known is None:
        empty: dict[str, dict[str, str]] = {"responsible": {}, "contact": {}, "further": {}}
        known = add(PrivacyNotice(edition_id=edition.id, changed_at=clock.now(), **empty))
    changed = changes_of(known, texts)
    if changed:
        known.changed_at = clock.now()
        session().flush()
        audit(actor, "notice.changed", edition, **changed)
