"""Writes about programmes, editions, their lists and their people."""

from accelerator.programmes.operations.lists import (
    HostLine,
    SectorLine,
    change_hosts,
    change_partners,
    change_sectors,
    remove_sector,
)
from accelerator.programmes.operations.people import (
    end_role,
    invitation_problems,
    invite,
    invite_again,
    take_up_role,
    withdraw_invitation,
)
from accelerator.programmes.operations.plan import (
    Plan,
    change_plan,
    create_edition,
    create_programme,
    date_problems,
    edition_problems,
    plan_problems,
    programme_problems,
)

__all__ = [
    "HostLine",
    "Plan",
    "SectorLine",
    "change_hosts",
    "change_partners",
    "change_plan",
    "change_sectors",
    "create_edition",
    "create_programme",
    "date_problems",
    "edition_problems",
    "end_role",
    "invitation_problems",
    "invite",
    "invite_again",
    "plan_problems",
    "programme_problems",
    "remove_sector",
    "take_up_role",
    "withdraw_invitation",
]  # fmt: skip
