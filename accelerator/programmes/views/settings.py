"""Settings of an edition, and new programmes and editions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from accelerator.accounts import queries as accounts
from accelerator.accounts.models import Role
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, i18n, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.programmes import forms, queries, rules
from accelerator.programmes.models import Edition, Host, Programme
from accelerator.programmes.operations import lists, plan
from accelerator.programmes.operations.lists import why_sector_stays
from accelerator.programmes.views.blueprint import bp

SPARE = 2
Lines = TypeVar("Lines", bound=forms.ListForm)


def _programme(programme_slug: str) -> Programme | None:
    return queries.programme_by_slug(programme_slug)


def _in_step(form: Lines, rows: Sequence[Mapping[str, Any]]) -> Lines:
    if form.stale:
        form.take_in(rows)
    return form


def _host_in_words(host: Host) -> str:
    """What an organisation does for the edition, as its line says it."""
    asked = [_("Applicants are asked to share their data with it")] if host.shares_data else []
    reads = (
        [_("Its partners can read the applications, the board and the cohort here")] if host.reads_applications else []
    )
    return i18n.marks().semicolon.join([i18n.pick(host.part), *asked, *reads])


def _hosts_form(edition: Edition, *, is_sent: bool = False) -> forms.HostsForm:
    hosts = queries.hosts(edition)
    rows = [
        {
            **{f"{part}_{code}": text for part in ("name", "part") for code, text in getattr(host, part).items()},
            "shares_data": host.shares_data,
            "reads_applications": host.reads_applications,
            "host_id": host.id,
            "position": position,
        }
        for position, host in enumerate(hosts, start=1)
    ]
    if is_sent:
        return _in_step(
            forms.HostsForm(stored=rows, saved=[(host.title, _host_in_words(host)) for host in hosts]), rows
        )
    return forms.HostsForm(formdata=None, data={"hosts": rows + [{}] * SPARE}, stored=rows)


def _partners_form(edition: Edition, *, is_sent: bool = False) -> forms.PartnersForm:
    known, people = queries.host_members(edition), accounts.people_with(edition.id, Role.PARTNER)
    rows = [{"person_id": person.id, "host_id": str(known.get(person.id, ""))} for person in people]
    names = {str(person.id): person.name_in(i18n.language()) for person in people}
    choices = [("", _("Not set")), *((str(host.id), host.title) for host in queries.hosts(edition))]
    if is_sent:
        titles = dict(choices)
        saved = [(names[str(row["person_id"])], titles.get(str(row["host_id"]), "–")) for row in rows]
        shown = _in_step(forms.PartnersForm(stored=rows, saved=saved), rows)
    else:
        shown = forms.PartnersForm(formdata=None, data={"partners": rows}, stored=rows)
    for entry in shown.partners.entries:
        entry.form.host_id.label.text = names.get(str(entry.form.person_id.data), "")
        entry.form.host_id.choices = [SelectChoice(value, label) for value, label in choices]
    return shown


def _sectors_form(edition: Edition, *, is_sent: bool = False) -> forms.SectorsForm:
    sectors = queries.sectors(edition)
    rows = [
        {"sector_id": sector.id, **{f"name_{code}": text for code, text in sector.name.items()}} for sector in sectors
    ]
    if is_sent:
        saved = [(sector.name["en"], sector.name["ja"]) for sector in sectors]
        return _in_step(forms.SectorsForm(stored=rows, saved=saved), rows)
    return forms.SectorsForm(formdata=None, data={"sectors": rows + [{}] * SPARE}, stored=rows)


def _why_sectors_stay(edition: Edition) -> dict[str, str | None]:
    """For each sector why it can't be removed, None if it can; by its id as the form has it."""
    sectors, uses = queries.sectors(edition), queries.sector_uses(edition)
    return {str(sector.id): why_sector_stays(edition, uses.get(sector.id, 0), len(sectors) - 1) for sector in sectors}


def _settings_page(
    edition: Edition,
    *,
    form: forms.PlanForm | None = None,
    hosts_form: forms.HostsForm | None = None,
    sectors_form: forms.SectorsForm | None = None,
    partners_form: forms.PartnersForm | None = None,
) -> str:
    return render_template(
        "programmes/settings.html",
        form=form or forms.PlanForm.of(edition, is_sent=False),
        hosts_form=hosts_form or _hosts_form(edition),
        partners_form=partners_form or _partners_form(edition),
        sectors_form=sectors_form or _sectors_form(edition),
        stays=_why_sectors_stay(edition),
        may_change=rules.can_administer(current_person(), edition),
        can_extend=edition.closes_at is not None and clock.now() >= edition.opens_at,
    )


@bp.route("/editions/<edition_slug>/settings", methods=["GET"], allow=rules.can_run)
def settings(edition: Edition) -> Any:
    """What is set; admins change it."""
    return _settings_page(edition)


@bp.route("/editions/<edition_slug>/settings", methods=["POST"], allow=rules.can_administer)
def change_settings(edition: Edition) -> Any:
    """Change dates and texts."""
    form = forms.PlanForm.of(web.held(edition), is_sent=True)
    if form.validate_with(lambda: plan.change_problems(edition, form.values)) and form.attempt(
        lambda: plan.change_plan(edition, form.plan, actor=signed_in_person())
    ):
        flash(_("Saved."))
        return redirect(url_for(".settings", edition_slug=edition.slug))
    return _settings_page(edition, form=form), 422


@bp.route("/editions/<edition_slug>/settings/hosts", methods=["POST"], allow=rules.can_administer)
def change_hosts(edition: Edition) -> Any:
    """Change who carries the edition."""
    form = _hosts_form(web.held(edition), is_sent=True)
    if form.validate_with(lambda: lists.host_problems(edition, form.lines)) and form.attempt(
        lists.change_hosts, edition, form.lines, actor=signed_in_person()
    ):
        flash(_("Saved."))
        return redirect(url_for(".settings", edition_slug=edition.slug) + "#hosts")
    return _settings_page(edition, hosts_form=form), 422


@bp.route("/editions/<edition_slug>/settings/partners", methods=["POST"], allow=rules.can_administer)
def change_partners(edition: Edition) -> Any:
    """Say which organisation each partner comes from."""
    form = _partners_form(web.held(edition), is_sent=True)
    if form.validate_with(lambda: lists.partner_problems(edition, form.hosts)) and form.attempt(
        lists.change_partners, edition, form.hosts, actor=signed_in_person()
    ):
        flash(_("Saved."))
        return redirect(url_for(".settings", edition_slug=edition.slug) + "#partners")
    return _settings_page(edition, partners_form=form), 422


@bp.route("/editions/<edition_slug>/settings/sectors", methods=["POST"], allow=rules.can_administer)
def change_sectors(edition: Edition) -> Any:
    """Rename sectors, add some, or remove the one whose button was pressed; what was typed is saved in any case."""
    form = _sectors_form(web.held(edition), is_sent=True)
    gone = queries.sector(edition, request.form.get("remove", 0, type=int))
    lines = [line for line in form.lines if gone is None or line.sector_id != gone.id]

    def check() -> Iterator[Refused]:
        yield from lists.sector_problems(edition, lines)
        if gone is not None:
            yield from lists.removal_problems(edition, gone, new=sum(line.sector_id is None for line in lines))

    def save() -> None:
        lists.change_sectors(edition, lines, actor=signed_in_person())
        if gone is not None:
            lists.remove_sector(edition, gone, actor=signed_in_person())

    if form.validate_with(check) and form.attempt(save):
        flash(_("“%(name)s” is removed.", name=gone.title) if gone else _("Saved."))
        return redirect(url_for(".settings", edition_slug=edition.slug) + "#sectors")
    return _settings_page(edition, sectors_form=form), 422


@bp.route("/programmes/new", methods=["GET", "POST"], allow=rules.can_found)
def new_programme() -> Any:
    """Make a programme, then its first edition."""
    form = forms.ProgrammeForm(home_country="JP") if request.method == "GET" else forms.ProgrammeForm()
    if form.validate_with(lambda: plan.programme_problems(form.slug.data)) and form.attempt(
        plan.create_programme,
        form.slug.data,
        name=form.pair("name"),
        host=form.pair("host"),
        since=form.since.data,
        home_country=form.home_country.data,
        actor=signed_in_person(),
    ):
        flash(_("Programme created. Now plan its first edition."))
        return redirect(url_for(".new_edition", programme_slug=form.slug.data))
    return render_template("programmes/new_programme.html", form=form), 422 if form.is_submitted() else 200


@bp.route(
    "/programmes/<programme_slug>/editions/new", methods=["GET", "POST"], load=_programme, allow=rules.can_found_edition
)
def new_edition(programme: Programme) -> Any:
    """Plan an edition."""
    form = forms.NewEditionForm()
    if form.validate_with(lambda: plan.edition_problems(programme, form.slug.data, form.values)) and form.attempt(
        lambda: plan.create_edition(programme, form.slug.data, form.plan, actor=signed_in_person())
    ):
        flash(_("Edition created, and you are its admin. Invite your team."))
        return redirect(url_for(".people", edition_slug=form.slug.data))
    page = render_template("programmes/new_edition.html", form=form, programme=programme)
    return page, 422 if form.is_submitted() else 200
