"""Who may see a startup and its founders, as far as it hangs on the startup alone; editions add their teams."""

from accelerator.accounts.models import Person
from accelerator.startups import queries
from accelerator.startups.models import Founder, Startup


def can_see_own(actor: Person | None, startup: Startup) -> bool:
    """Founders see their own startup."""
    return queries.is_founder(actor, startup.id)


def can_lead(actor: Person | None, startup: Startup) -> bool:
    """The lead invites, removes and hands over."""
    lead = queries.lead(startup.id)
    return actor is not None and lead is not None and lead.person_id == actor.id


def can_manage(actor: Person | None, founder: Founder) -> bool:
    """The lead, about the founders of their own startup."""
    return can_lead(actor, founder.startup)


def can_leave(actor: Person | None, founder: Founder) -> bool:
    """Everybody about themselves."""
    return actor is not None and founder.person_id == actor.id and founder.has_access


def can_answer(actor: Person | None, founder: Founder) -> bool:
    """Whoever was asked, by any of their confirmed addresses."""
    return actor is not None and founder.id in {row.id for row in queries.invitations(actor)}


def can_decline_by_link(actor: Person | None, founder: Founder) -> bool:
    """Whoever holds the link that was mailed: they need no account to say that it's not them."""
    return founder.is_invited
