"""What the trail says of accounts: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "accounts.address_added": Act(lazy("%(who)s entered a further address")),
    "accounts.address_confirmed": Act(lazy("%(who)s confirmed a further address")),
    "accounts.address_put_first": Act(lazy("%(who)s chose another address for mails")),
    "accounts.address_removed": Act(lazy("%(who)s removed an address")),
    "accounts.administrator_named": Act(lazy("%(who)s let %(what)s run this installation")),
    "accounts.created": Act(lazy("%(who)s made an account")),
    "accounts.invitation_withdrawn": Act(lazy("%(who)s withdrew the invitation of %(what)s as %(role)s")),
    "accounts.invited": Act(lazy("%(who)s invited %(what)s as %(role)s")),
    "accounts.link_printed": Act(lazy("A link for %(what)s was printed on the terminal")),
    "accounts.link_sent": Act(lazy("A link was mailed to %(what)s")),
    "accounts.password_wrong": Act(lazy("A wrong password was entered for %(what)s")),
    "accounts.password_changed": Act(lazy("%(who)s set a new password")),
    "accounts.profile_changed": Act(lazy("%(who)s changed the profile of %(what)s")),
    "accounts.role_ended": Act(lazy("%(who)s ended the role of %(what)s: %(role)s")),
    "accounts.role_given": Act(lazy("%(who)s gave %(what)s a role: %(role)s")),
    "accounts.signed_in": Act(lazy("%(who)s signed in")),
    "accounts.signed_out": Act(lazy("%(who)s signed out")),
    "accounts.signed_out_elsewhere": Act(lazy("%(who)s ended other sign-ins")),
}
SUBJECTS = {
    "attempt": Subject(lazy("Try"), ("email",)),
    "link": Subject(lazy("Invitation or link"), ("email",)),
    "membership": Subject(lazy("Role"), ("person_id",), person=True),
    "person": Subject(lazy("Person"), ("id",), person=True),
    "person_address": Subject(lazy("Address"), ("person_id",), person=True),
    "sign_in": Subject(lazy("Sign-in"), ("person_id",), person=True),
}
FIELDS = {
    "count": Field(lazy("How many")),
    "email": Field(lazy("E-mail")),
    "family_name": Field(lazy("Family name")),
    "given_name": Field(lazy("Given name")),
    "is_site_admin": Field(lazy("Site administrator")),
    "language": Field(lazy("Language")),
    "native_name": Field(lazy("Name as written at home")),
    "network": Field(lazy("Network")),
    "person": Field(lazy("Person")),
    "purpose": Field(lazy("Purpose")),
    "role": Field(lazy("Role")),
    "zone": Field(lazy("Time zone")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
