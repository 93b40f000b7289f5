"""What the trail says of accounts: the acts, what they are done to, and what they change."""

from accelerator.accounts.models import LinkPurpose, Role
from accelerator.accounts.rules import is_site_admin
from accelerator.core.acts import Act, Subject, choice, declare, language, number, row, typed, zone
from accelerator.core.i18n import lazy

ACTS = {
    "accounts.address_added": Act(lazy("%(who)s entered a further address"), known_to=is_site_admin),
    "accounts.address_confirmed": Act(lazy("%(who)s confirmed a further address"), known_to=is_site_admin),
    "accounts.address_put_first": Act(lazy("%(who)s chose another address for e-mails"), known_to=is_site_admin),
    "accounts.address_removed": Act(lazy("%(who)s removed an address"), known_to=is_site_admin),
    "accounts.administrator_named": Act(lazy("%(who)s made %(what)s a site administrator"), known_to=is_site_admin),
    "accounts.created": Act(lazy("%(who)s created an account"), known_to=is_site_admin),
    "accounts.invitation_withdrawn": Act(lazy("%(who)s withdrew the invitation of %(what)s as %(role)s")),
    "accounts.invited": Act(lazy("%(who)s invited %(what)s as %(role)s")),
    "accounts.link_printed": Act(lazy("A link for %(what)s was printed on the terminal"), known_to=is_site_admin),
    "accounts.link_sent": Act(lazy("A link was sent to %(what)s"), known_to=is_site_admin),
    "accounts.password_wrong": Act(
        lazy("A wrong password was entered for %(what)s"), known_to=is_site_admin, detail_days=90
    ),
    "accounts.password_changed": Act(lazy("%(who)s set a new password"), known_to=is_site_admin),
    "accounts.profile_changed": Act(lazy("%(who)s changed the profile of %(what)s"), known_to=is_site_admin),
    "accounts.role_ended": Act(lazy("%(who)s ended the role of %(what)s: %(role)s")),
    "accounts.role_given": Act(lazy("%(who)s gave %(what)s a role: %(role)s")),
    "accounts.signed_in": Act(lazy("%(who)s signed in"), known_to=is_site_admin, detail_days=90),
    "accounts.signed_out": Act(lazy("%(who)s signed out"), known_to=is_site_admin),
    "accounts.signed_out_elsewhere": Act(lazy("%(who)s ended other sign-ins"), known_to=is_site_admin),
}
SUBJECTS = {
    "attempt": Subject(lazy("Sign-in attempt"), ("email",)),
    "link": Subject(lazy("Invitation or link"), ("email",)),
    "membership": Subject(lazy("Role"), ("person_id",), person=True),
    "person": Subject(lazy("Person"), ("id",), person=True),
    "person_address": Subject(lazy("Address"), ("person_id",), person=True),
    "sign_in": Subject(lazy("Sign-in"), ("person_id",), person=True),
}
PURPOSES = {
    LinkPurpose.CONFIRM: lazy("Confirming the address"),
    LinkPurpose.SIGN_IN: lazy("Signing in"),
    LinkPurpose.PASSWORD: lazy("Setting a password"),
    LinkPurpose.INVITATION: lazy("Invitation"),
    LinkPurpose.JOIN: lazy("E-mail to the holder of an address"),
    LinkPurpose.ADDRESS: lazy("Adding an address"),
}
FIELDS = {
    "count": number(lazy("How many")),
    "email": typed(lazy("E-mail")),
    "family_first": number(lazy("Family name first")),
    "family_name": typed(lazy("Family name")),
    "given_name": typed(lazy("Given name")),
    "is_site_admin": number(lazy("Site administrator")),
    "language": language(lazy("Language")),
    "native_name": typed(lazy("Name in your own script")),
    "network": typed(lazy("Network")),
    "person": row(lazy("Person"), "person"),
    "purpose": choice(lazy("Purpose"), PURPOSES),
    "role": choice(lazy("Role"), Role),
    "zone": zone(lazy("Time zone")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
