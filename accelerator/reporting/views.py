"""Pages of reports: the versions of the figures, each on a page, as CSV, and as PDF made by a worker."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Response, abort, flash, redirect, render_template, request, session, url_for

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import storage, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import LANGUAGES, speaking
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import JobState
from accelerator.core.web import Feature
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition, Figure
from accelerator.reporting import operations, rules, typeset
from accelerator.reporting.export import csv_of
from accelerator.reporting.forms import ReportedForm, SnapshotForm
from accelerator.reporting.models import DIGEST_DIFFERS, Report, Snapshot
from accelerator.reporting.queries import earlier, snapshots
from accelerator.reporting.queries.present import figures_can_change, figures_job, present_figures
from accelerator.reporting.sheet import Sheet

bp = Feature("reporting", __name__)
REMOVED = "removed_figure"


@bp.route("/editions/<edition_slug>/reports", allow=rules.can_read_reports)
def reports(edition: Edition) -> Any:
    """Every version of the figures and its reports, newest first."""
    return _versions(edition, SnapshotForm())


def _versions(edition: Edition, form: SnapshotForm) -> str:
    page = snapshots.snapshots(edition, request.args.get("page"))
    return render_template(
        "reporting/reports.html",
        form=form,
        page=page,
        reports=snapshots.reports_of(edition, [row.id for row in page.rows]),
        can_make=rules.can_make_reports(current_person(), edition),
        opens=rules.can_read_figures(current_person(), edition),
        href=lambda mark: url_for(".reports", edition_slug=edition.slug, page=mark),
    )


@bp.route("/editions/<edition_slug>/reports", methods=["POST"], allow=rules.can_freeze, endpoint="take")
def take(edition: Edition) -> Any:
    """Freeze the figures as of now."""
    form, frozen = SnapshotForm(), []

    def freeze() -> None:
        frozen.append(operations.take_snapshot(edition, actor=signed_in_person(), title=form.title.data or ""))

    if not (form.validate_on_submit() and form.attempt(freeze)):
        return _versions(edition, form), 422
    flash(_("Version %(number)s is frozen.", number=frozen[0].number))
    return redirect(url_for(".snapshot", edition_slug=edition.slug, number=frozen[0].number))


@bp.route("/editions/<edition_slug>/reports/live", allow=rules.can_read_figures)
def live(edition: Edition) -> Any:
    """The figures as they were last worked out, and whether that is being done again; nothing is frozen."""
    # The job is read first: figures that are stored between the two reads are then shown and never missed.
    job = figures_job(edition)
    under_way, asked = snapshots.is_under_way(job), web.wants_fragment() and request.args.get("part") == "work"
    context = {
        "job": job if under_way else None,
        "stopped": job is not None and job.state is JobState.DEAD,
        "edition": edition,
        "ended": asked and not under_way,
        "can_make": rules.can_make_reports(current_person(), edition),
    }
    if asked:
        return render_template("reporting/_work.html", **context)
    present = present_figures(edition)
    if present is None:
        return render_template("reporting/no_figures.html", **context)
    moves = figures_can_change(edition)
    return _figures(Sheet(present.figures), snapshot=None, made_at=present.made_at, moves=moves, **context)


@bp.route("/editions/<edition_slug>/reports/live", methods=["POST"], allow=rules.can_freeze, endpoint="work_out")
def work_out(edition: Edition) -> Any:
    """Have the present figures worked out again now; the page they lead to shows how far that is."""
    operations.order_figures(edition, actor=signed_in_person())
    return redirect(url_for(".live", edition_slug=edition.slug))


@bp.route("/editions/<edition_slug>/reports/reported", allow=rules.can_make_reports)
def reported(edition: Edition) -> Any:
    """What sources outside report of earlier years and outcomes, and a form for the next one."""
    return _reported(edition, ReportedForm())


def _reported(edition: Edition, form: ReportedForm, figure: Figure | None = None) -> str:
    return render_template(
        "reporting/reported.html",
        form=form,
        figure=figure,
        rows=programmes.figures(edition),
        earlier=earlier.earlier_editions(edition),
        removed=_removed(edition),
        **typeset.words(),
    )


@bp.route("/editions/<edition_slug>/reports/reported", methods=["POST"], allow=rules.can_make_reports)
def report_figure(edition: Edition) -> Any:
    """Write down a figure of a source outside."""
    return _write_down(edition, None)


@bp.route(
    "/editions/<edition_slug>/reports/reported/<int:figure_id>",
    load=earlier.reported_figure,
    allow=rules.can_write_down,
)
def reported_figure(figure: Figure) -> Any:
    """Correct a figure that was written down."""
    return _reported(web.chosen(), ReportedForm.of(figure), figure)


@bp.route(
    "/editions/<edition_slug>/reports/reported/<int:figure_id>",
    methods=["POST"],
    load=earlier.reported_figure,
    allow=rules.can_write_down,
)
def correct_figure(figure: Figure) -> Any:
    """Save the corrected figure."""
    return _write_down(web.chosen(), figure)


def _write_down(edition: Edition, figure: Figure | None) -> Any:
    form = ReportedForm.of(web.held(figure)) if figure is not None else ReportedForm()

    def save() -> None:
        operations.record_reported(edition, form.line(figure), replaces=figure, actor=signed_in_person())
        operations.order_figures(edition, actor=signed_in_person())

    def check() -> Iterator[Refused]:
        if not form.code.errors:  # without it nobody knows what is counted
            yield from operations.reported_problems(edition, form.line(figure), replaces=figure)

    if form.validate_with(check) and form.attempt(save):
        flash(_("Saved. The current figures are being recalculated."))
        return redirect(url_for(".reported", edition_slug=edition.slug))
    return _reported(edition, form, figure), 422


@bp.route(
    "/editions/<edition_slug>/reports/reported/<int:figure_id>/remove",
    methods=["POST"],
    load=earlier.reported_figure,
    allow=rules.can_write_down,
)
def remove_figure(figure: Figure) -> Any:
    """Take a reported figure away; the page it leads to offers to undo that."""
    edition = web.chosen()
    session[REMOVED] = [edition.id, figure.id, operations.kept_values(figure)]
    operations.remove_reported(figure, actor=signed_in_person())
    operations.order_figures(edition, actor=signed_in_person())
    flash(_("Removed. Versions frozen earlier keep it."))
    return redirect(url_for(".reported", edition_slug=edition.slug, removed=figure.id))


def _removed(edition: Edition) -> dict[str, Any] | None:
    """What this browser has just removed, as long as the page says so."""
    edition_id, figure_id, values = session.get(REMOVED) or (None, None, None)
    return values if edition_id == edition.id and request.args.get("removed") == str(figure_id) else None


@bp.route("/editions/<edition_slug>/reports/reported/put-back", methods=["POST"], allow=rules.can_make_reports)
def put_back_figure(edition: Edition) -> Any:
    """Undo the removal of a reported figure."""
    edition_id, _figure_id, values = session.get(REMOVED) or (None, None, None)
    if edition_id == edition.id and values is not None:
        operations.put_back_reported(edition, values, actor=signed_in_person())
        operations.order_figures(edition, actor=signed_in_person())
        session.pop(REMOVED)
        flash(_("It's back in the list."))
    return redirect(url_for(".reported", edition_slug=edition.slug))


@bp.route("/editions/<edition_slug>/snapshots/<int:number>", load=snapshots.snapshot, allow=rules.can_read)
def snapshot(snapshot: Snapshot) -> Any:
    """A version of the figures as a page."""
    edition = web.chosen()
    return _figures(
        Sheet(snapshot.figures),
        snapshot=snapshot,
        can_make=rules.can_make(current_person(), snapshot),
        reports={row.language: row for row in snapshots.reports_of(edition, [snapshot.id]).get(snapshot.id, ())},
    )


def _figures(sheet: Sheet, **context: Any) -> str:
    for_print = request.args.get("view") == "print"
    return render_template("reporting/figures.html", sheet=sheet, for_print=for_print, **typeset.words(), **context)


@bp.route("/editions/<edition_slug>/snapshots/<int:number>.csv", load=snapshots.snapshot, allow=rules.can_read)
def figures_csv(snapshot: Snapshot) -> Response:
    """The figures of a version for spreadsheets."""
    name = f"{web.chosen().slug}-figures-{snapshot.number}.csv"
    answer = Response(csv_of(snapshot.figures), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.route(
    "/editions/<edition_slug>/snapshots/<int:number>/reports",
    methods=["POST"],
    load=snapshots.snapshot,
    allow=rules.can_make,
)
def order(snapshot: Snapshot) -> Any:
    """Have a PDF made in a language."""
    report = operations.order_report(snapshot, language=request.form.get("language", ""), actor=signed_in_person())
    return redirect(url_for(".report", edition_slug=web.chosen().slug, report_id=report.id))


@bp.route("/editions/<edition_slug>/reports/<int:report_id>", load=snapshots.report, allow=rules.can_read)
def report(report: Report) -> Any:
    """One report: how far it is, then its file."""
    job = snapshots.job_of(report)
    context = {
        "report": report,
        "job": job if snapshots.is_under_way(job) else None,
        "stopped": operations.has_stopped(report),
        "why": _why(report),
        "languages": LANGUAGES,
        "can_make": rules.can_make(current_person(), report),
        "edition": web.chosen(),
    }
    if web.wants_fragment():
        return web.render_block("reporting/report.html", "state", **context)
    return render_template("reporting/report.html", **context)


def _why(report: Report) -> str:
    """Why a report failed, in the reader's language."""
    if report.reason == DIGEST_DIFFERS:
        return _("These aren't the figures that were frozen: their digest differs. Freeze a new version.")
    return _("This server can't make PDF files yet. An administrator can change that: %(hint)s", hint=report.reason)


@bp.route(
    "/editions/<edition_slug>/reports/<int:report_id>/retry",
    methods=["POST"],
    load=snapshots.report,
    allow=rules.can_make,
)
def retry(report: Report) -> Any:
    """Make a report again that failed."""
    operations.retry_report(report, actor=signed_in_person())
    return redirect(url_for(".report", edition_slug=web.chosen().slug, report_id=report.id))


@bp.route(
    "/editions/<edition_slug>/reports/<int:report_id>/check",
    methods=["POST"],
    load=snapshots.report,
    allow=rules.can_make,
)
def check(report: Report) -> Any:
    """Render it again and compare."""
    operations.check_report(report, actor=signed_in_person())
    return redirect(url_for(".report", edition_slug=web.chosen().slug, report_id=report.id))


@bp.route("/editions/<edition_slug>/reports/<int:report_id>.pdf", load=snapshots.report, allow=rules.can_read)
def download(report: Report) -> Response:
    """The file, under a name that says what it is."""
    if report.storage_key is None:
        abort(404)
    with speaking(report.language):
        heading = Sheet(report.snapshot.figures).title
    plain, nice = typeset.file_names(web.chosen().slug, report.snapshot.number, report.language, heading)
    try:
        content = storage.get(report.storage_key)
    except FileNotFoundError:
        abort(404)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(nice)}"
    answer.set_etag(report.storage_key)
    return answer
