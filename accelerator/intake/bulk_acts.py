"""What the list of applications offers to do to many of them, as far as it is this stage's: tags, owner, a message."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, select

from accelerator.accounts.models import Person
from accelerator.core import i18n
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, ngettext
from accelerator.core.text import clean_line
from accelerator.intake.models import Application
from accelerator.intake.operations import messages
from accelerator.intake.operations import tags as operations
from accelerator.intake.operations.bulk import BulkAct, Values, declare
from accelerator.intake.queries import tags as queries
from accelerator.intake.queries.visibility import barred
from accelerator.intake.team_forms import NOBODY, BulkMailForm, BulkOwnerForm, BulkTagForm, BulkUntagForm
from accelerator.intake.team_models import ApplicationOwner, ApplicationTag
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder
from accelerator.startups.queries import has_access

Skipped = Mapping[int, str]


def _bearing(chosen: Select[int], tag_id: int) -> set[int]:
    borne = select(ApplicationTag.application_id).where(ApplicationTag.tag_id == tag_id)
    return set(session().scalars(borne.where(ApplicationTag.application_id.in_(chosen))))


def _tag_form(edition: Edition) -> BulkTagForm:
    form, tags = BulkTagForm(), queries.tags(edition)
    form.offer(tags, _("Choose a tag") if tags else _("No tags yet"))
    return form


def _tag_problems(edition: Edition, values: Values) -> Iterator[Refused]:
    if clean_line(values.get("new_tag") or ""):
        if queries.tag_named(edition, values["new_tag"]) is None:
            yield from operations.name_problems(edition, name=values["new_tag"], field="new_tag")
    elif not values.get("tag"):
        yield Refused(_("Choose a tag, or name a new one."), field="tag")


def _tag_skipped(edition: Edition, chosen: Select[int], values: Values) -> Skipped:
    named = queries.tag_named(edition, values["new_tag"]) if values.get("new_tag") else None
    tag_id = named.id if named else 0 if values.get("new_tag") else values["tag"]
    return dict.fromkeys(_bearing(chosen, tag_id), _("Has the tag already"))


def _with_tag(edition: Edition, values: Values, actor: Person) -> Values:
    if not values.get("new_tag"):
        return {"tag": values["tag"]}
    known = queries.tag_named(edition, values["new_tag"])
    return {"tag": (known or operations.create_tag(edition, name=values["new_tag"], actor=actor, field="new_tag")).id}


def _tag(application: Application, values: Values, actor: Person, run_id: int) -> None:
    operations.tag_application(application, tag_id=values["tag"], actor=actor)


def _untag_form(edition: Edition) -> BulkUntagForm:
    form = BulkUntagForm()
    form.offer(queries.tags(edition))
    return form


def _untag_problems(edition: Edition, values: Values) -> Iterator[Refused]:
    if not values.get("tag"):
        yield Refused(_("Choose a tag."), field="tag")


def _untag_skipped(edition: Edition, chosen: Select[int], values: Values) -> Skipped:
    bearing = _bearing(chosen, values["tag"])
    return {number: _("Doesn't have the tag") for number in session().scalars(chosen) if number not in bearing}


def _untag(application: Application, values: Values, actor: Person, run_id: int) -> None:
    operations.untag_application(application, tag_id=values["tag"], actor=actor)


def _owner_form(edition: Edition) -> BulkOwnerForm:
    form = BulkOwnerForm()
    form.offer(queries.team(edition), i18n.language())
    return form


def _owner_skipped(edition: Edition, chosen: Select[int], values: Values) -> Skipped:
    owned = select(ApplicationOwner.application_id).where(ApplicationOwner.application_id.in_(chosen))
    if values["owner"] == NOBODY:
        known = set(session().scalars(owned))
        return {number: _("Has no owner") for number in session().scalars(chosen) if number not in known}
    owner = session().get_one(Person, values["owner"])
    name = owner.name_in(i18n.language())
    theirs = session().scalars(owned.where(ApplicationOwner.person_id == owner.id))
    conflict = _("%(name)s has a conflict of interest with this application.", name=name)
    return {
        **dict.fromkeys(theirs, _("%(name)s is the owner already", name=name)),
        **dict.fromkeys(barred(edition.id, owner.id), conflict),
    }


def _own(application: Application, values: Values, actor: Person, run_id: int) -> None:
    owner = session().get(Person, values["owner"]) if values["owner"] != NOBODY else None
    operations.give_owner(application, owner=owner, actor=actor)


def _mail_skipped(edition: Edition, chosen: Select[int], values: Values) -> Skipped:
    reached = (
        select(Application.id)
        .join(Founder, Founder.startup_id == Application.startup_id)
        .where(Application.id.in_(chosen), Founder.person_id.is_not(None), has_access())
    )
    known = set(session().scalars(reached))
    return {number: _("Nobody has access to it") for number in session().scalars(chosen) if number not in known}


def _mail(application: Application, values: Values, actor: Person, run_id: int) -> None:
    messages.write_to_applicants(application, values=values, batch=run_id, actor=actor)


def _fields(form: Any) -> Values:
    return {field.short_name: field.data or "" for field in form}


declare(
    BulkAct(
        "tag",
        1,
        "plus",
        lazy("Tag"),
        lambda num: ngettext("Tag %(num)s application", "Tag %(num)s applications", num),
        lambda num: ngettext("Tag %(num)s application", "Tag %(num)s applications", num),
        _tag_skipped,
        _tag,
        _tag_form,
        lambda form: {"tag": form.tag.data, "new_tag": form.new_tag.data or ""},
        _tag_problems,
        _with_tag,
    ),
    BulkAct(
        "untag",
        2,
        "close",
        lazy("Take a tag off"),
        lambda num: ngettext("Take a tag off %(num)s application", "Take a tag off %(num)s applications", num),
        lambda num: ngettext("Take it off %(num)s application", "Take it off %(num)s applications", num),
        _untag_skipped,
        _untag,
        _untag_form,
        lambda form: {"tag": form.tag.data},
        _untag_problems,
    ),
    BulkAct(
        "owner",
        3,
        "people",
        lazy("Owner"),
        lambda num: ngettext("Give %(num)s application an owner", "Give %(num)s applications an owner", num),
        lambda num: ngettext("Change %(num)s application", "Change %(num)s applications", num),
        _owner_skipped,
        _own,
        _owner_form,
        lambda form: {"owner": form.owner.data},
    ),
    BulkAct(
        "mail",
        9,
        "chat",
        lazy("Mail"),
        lambda num: ngettext(
            "Write to the applicants of %(num)s application", "Write to the applicants of %(num)s applications", num
        ),
        lambda num: ngettext("Send it for %(num)s application", "Send it for %(num)s applications", num),
        _mail_skipped,
        _mail,
        lambda edition: BulkMailForm(),
        _fields,
        lambda edition, values: messages.message_problems(values),
    ),
)
