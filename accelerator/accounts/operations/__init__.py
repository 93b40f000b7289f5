"""Writes about people: their accounts, sign-ins, links and roles."""

from accelerator.accounts.operations.addresses import add_address, confirm_address, put_first, remove_address
from accelerator.accounts.operations.links import (
    accept_invitation,
    claim,
    end_link,
    invite,
    invite_again,
    new_link,
    print_link,
    send_link,
    withdraw_invitation,
)
from accelerator.accounts.operations.people import (
    Names,
    change_password,
    change_profile,
    create_account,
    name_administrator,
    reset_password,
    speak,
)
from accelerator.accounts.operations.roles import end_role, give_role, take_up_role
from accelerator.accounts.operations.sign_ins import (
    check_password,
    end_other_sign_ins,
    end_sign_in,
    prolong,
    start_demonstration,
    start_sign_in,
)

__all__ = [
    "Names", "accept_invitation", "add_address", "change_password", "change_profile", "check_password", "claim",
    "confirm_address", "create_account", "end_link", "end_other_sign_ins", "end_role", "end_sign_in", "give_role",
    "invite", "invite_again", "name_administrator", "new_link", "print_link", "prolong", "put_first",
    "remove_address", "reset_password", "send_link", "speak", "start_demonstration", "start_sign_in", "take_up_role",
    "withdraw_invitation",
]  # fmt: skip
