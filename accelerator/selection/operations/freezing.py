"""What a release under way freezes: whoever changes it is asked first, told what that undoes, and cancels the release."""

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import language, ngettext
from accelerator.core.states import move
from accelerator.core.versions import stale_problems
from accelerator.programmes.models import Edition
from accelerator.selection.models import RELEASE_MOVES, Release, ReleaseState
from accelerator.selection.queries import releases


class Frozen(Refused):
    """The decisions are frozen. Its sentence says what a change would undo; ``undo=release.version`` agrees to that."""


def lock_edition(edition_id: int) -> Edition:
    """The row that everything about a release waits for: lock it before a decision, an application or a release."""
    return lock(session().get_one(Edition, edition_id))


def what_it_undoes(release: Release) -> str:
    """What cancelling a release under way takes back, in words."""
    number = release.letters
    if release.state is ReleaseState.PREPARED:
        return ngettext(
            "A release of %(num)s letter waits for approval, so the decisions are frozen. A change cancels it, and it "
            "has to be prepared again.",
            "A release of %(num)s letters waits for approval, so the decisions are frozen. A change cancels it, and it "
            "has to be prepared again.",
            number,
        )
    signer = release.approver or release.preparer
    return ngettext(
        "%(name)s approved a release of %(num)s letter, so the decisions are frozen. A change cancels it and undoes the "
        "approval; it has to be prepared and approved again.",
        "%(name)s approved a release of %(num)s letters, so the decisions are frozen. A change cancels it and undoes "
        "the approval; it has to be prepared and approved again.",
        number,
        name=signer.name_in(language()),
    )


def unfreeze(edition: Edition, *, undo: str | None, actor: Person) -> None:
    """Let the decisions change: nothing to do without a release under way, else ``undo`` has to name it as it stands.

    Lock the edition first.
    """
    release = releases.release_under_way(edition)
    if release is None:
        return
    if undo != release.version:
        raise Frozen(what_it_undoes(release), field="undo")
    _cancel(release, actor)


def cancel_release(release: Release, *, actor: Person, version: str | None = None) -> None:
    """Stop before anything went out; the decisions stay as they are."""
    lock_edition(release.edition_id)
    release = lock(release)
    refuse_moved_on(release, version)
    _cancel(release, actor)


def _cancel(release: Release, actor: Person) -> None:
    move(release, ReleaseState.CANCELLED, moves=RELEASE_MOVES, actor=actor)
    audit(actor, "selection.cancelled", release)


def refuse_moved_on(release: Release, version: str | None) -> None:
    """Nobody signs, sends or cancels what is no longer as their page said; ``version`` is that of the page."""
    sentence = _(
        "This release is now “%(state)s”, because somebody else acted first. Check it again.",
        state=release.state.label,
    )
    refuse(stale_problems(version, release.version, sentence))
