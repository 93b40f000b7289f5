"""Who may do what around Demo Day."""

from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.demo_day.models import Interest, Investor, Pitch, Vetting
from accelerator.demo_day.queries import investor_in, pitch_of
from accelerator.programmes.models import Edition
from accelerator.startups.queries import is_founder


def can_steer(actor: Person | None, edition: Edition) -> bool:
    """The team moves the show and vets investors."""
    return on_team(actor, edition.id)


def can_steer_pitch(actor: Person | None, pitch: Pitch) -> bool:
    """The team orders the pitches."""
    return on_team(actor, pitch.edition_id)


def can_vet(actor: Person | None, investor: Investor) -> bool:
    """The team admits investors."""
    return on_team(actor, investor.edition_id)


def can_keep_a_list(actor: Person | None, edition: Edition) -> bool:
    """Investors of this edition, admitted or waiting to be."""
    if holds(actor, edition.id, Role.INVESTOR):
        return True
    investor = investor_in(actor, edition.id)
    return investor is not None and investor.vetting is Vetting.ASKED


def is_invited_investor(actor: Person | None, edition: Edition) -> bool:
    """Whom staff gave the role of an investor, by People or by admitting them."""
    return holds(actor, edition.id, Role.INVESTOR)


def can_show_interest(actor: Person | None, pitch: Pitch) -> bool:
    """Only investors whom staff have admitted, and who still hold the role."""
    return is_admitted_investor(actor, pitch.edition_id)


def is_admitted_investor(actor: Person | None, edition_id: int) -> bool:
    """Whether staff have admitted the person as an investor; that ends with the role."""
    investor = investor_in(actor, edition_id)
    return investor is not None and investor.vetting is Vetting.ADMITTED and holds(actor, edition_id, Role.INVESTOR)


def can_pitch(actor: Person | None, edition: Edition) -> bool:
    """Founders of a startup that pitches."""
    return actor is not None and pitch_of(actor, edition) is not None


def can_answer(actor: Person | None, interest: Interest) -> bool:
    """Founders of the startup that the interest is in, while the investor takes part."""
    if actor is None or not is_admitted_investor(interest.investor.person, interest.edition_id):
        return False
    return _founds(actor, interest.pitch)


def _founds(actor: Person, pitch: Pitch) -> bool:
    return holds(actor, pitch.edition_id, Role.FOUNDER) and is_founder(actor, pitch.startup_id)


def is_known(actor: Person | None, edition: Any = None) -> bool:
    """Whoever has signed in may ask to be admitted as an investor."""
    return actor is not None
