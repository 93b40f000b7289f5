"""What the trail says of the record of a startup: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare, number, row, typed, unseen
from accelerator.core.countries import country_name, is_country
from accelerator.core.i18n import lazy

ACTS = {
    "startup.founder_confirmed": Act(lazy("%(who)s confirmed being a founder: %(what)s")),
    "startup.founder_declined": Act(lazy("%(what)s declined to be a founder")),
    "startup.founder_invited": Act(lazy("%(who)s invited a founder: %(what)s")),
    "startup.founder_left": Act(lazy("%(what)s left the founders")),
    "startup.founder_removed": Act(lazy("%(who)s removed a founder: %(what)s")),
    "startup.founder_uninvited": Act(lazy("%(who)s withdrew the invitation of a founder: %(what)s")),
    "startup.founders_recorded": Act(lazy("%(who)s changed the founders of %(what)s")),
    "startup.joined": Act(lazy("%(who)s merged two records: %(what)s")),
    "startup.kept_apart": Act(lazy("%(who)s noted that %(what)s is not the same as another startup")),
    "startup.lead_handed_over": Act(lazy("%(who)s handed over the lead of %(what)s")),
    "startup.merge_undone": Act(lazy("%(who)s undid the merge of two records: %(what)s")),
    "startup.profile_recorded": Act(lazy("%(who)s changed the profile of %(what)s"), is_answer=True),
    "startup.registered": Act(lazy("%(who)s registered %(what)s")),
}
SUBJECTS = {
    "founder": Subject(lazy("Founder"), ("name",), about=("startup_id",), is_answer=True),
    "startup": Subject(lazy("Startup"), ("name",), about=("id",)),
}


def _country(code: str) -> str | None:
    return country_name(code) if is_country(code) else None


FIELDS = {
    "city": typed(lazy("City")),
    "country": Field(lazy("Country"), plain=True, words=_country),
    "founded": number(lazy("Founded in")),
    "founders": number(lazy("Founders")),
    "name": typed(lazy("Name")),
    "native_name": typed(lazy("Local name")),
    "one_line": typed(lazy("In one sentence")),
    "one_line_ja": typed(lazy("In one sentence, in Japanese")),
    "person": row(lazy("Person"), "person"),
    "prefecture": unseen(),
    "website": typed(lazy("Website")),
    "rows": number(lazy("Rows")),
    "slug": typed(lazy("Short name for web addresses")),
    "startup": row(lazy("Startup"), "startup"),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
