"""Pages of screening, for the programme team: the queue, each application, the list of rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import starmap
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import looks, web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, locale, marks, ngettext, pick
from accelerator.intake.models import Application, Audience, Enquiry
from accelerator.intake.operations import seal
from accelerator.intake.queries import asking, forms
from accelerator.intake.queries.same import earlier_applications
from accelerator.intake.queries.visibility import left_out, sums_withheld
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run
from accelerator.screening import rules
from accelerator.screening.conditions import tree
from accelerator.screening.conditions.tree import conditions
from accelerator.screening.conditions.wording import words
from accelerator.screening.forms import VerdictForm
from accelerator.screening.models import (
    OUTCOME_LABELS,
    REASONS,
    EligibilityRule,
    Outcome,
    RuleResult,
    Severity,
    Verdict,
)
from accelerator.screening.operations import editing, running, verdicts
from accelerator.screening.queries import cases, screening_queue
from accelerator.screening.queries import facts as fact_queries
from accelerator.screening.queries.screening_queue import Tally
from accelerator.screening.views.blueprint import bp

NO_RULE_RAN = Tally()
VIEW_LABELS = {
    "look": lazy("To check"),
    "ask": lazy("Asked"),
    "mine": lazy("Waiting for me to confirm"),
    "confirm": lazy("Failed, to confirm"),
    "passed": lazy("Passed"),
    "failed": lazy("Not eligible"),
}
STAFF_READS = frozenset({Audience.REVIEWERS, Audience.MASKED, Audience.STAFF})
SEVERITY_TAGS = {
    Severity.FAIL: lazy("Otherwise: fail"),
    Severity.ASK: lazy("Otherwise: ask"),
    Severity.NOTE: lazy("Otherwise: note"),
}


@bp.route("/editions/<edition_slug>/screening", allow=can_run)
def queue(edition: Edition) -> Any:
    """What is to be looked at, asked, confirmed, and what is done."""
    view = request.args.get("view", "look")
    view = view if view in screening_queue.VIEWS else "look"
    territories, me = locale().territories, signed_in_person()
    page = screening_queue.queue(edition, me, view, mark=request.args.get("mark"))
    tallies = screening_queue.tallies([row.id for row in page.rows])
    known = cases.rules(edition, active_only=False)
    active = [rule for rule in known if rule.active]
    rows = [
        (
            reference,
            name,
            territories.get(country or "", ""),
            "" if edition.is_sealed else city,
            sent,
            _said(tallies.get(number, NO_RULE_RAN)),
            _word(outcome, reason),
            giver == me.id,
            answered,
            cases.is_earlier(basis, revision, active),
        )
        for number, reference, name, country, city, sent, outcome, reason, giver, answered, revision, basis, *_rest in page.rows
    ]
    context = {
        "rows": rows,
        "page": page,
        "view": view,
        "counts": screening_queue.counts(edition, me),
        "views": VIEW_LABELS,
        "job": screening_queue.run_in_progress(edition),
        # How many it goes over tells how one stands that is not shown.
        "withheld": sums_withheld(edition.id, me.id),
        "batch": screening_queue.last_batch(edition, me),
        **_switched(known),
        "left_out": left_out(edition, me),
    }
    if web.wants_fragment() and request.args.get("part") == "run":
        return web.render_block("screening/queue.html", "run", **context)
    return render_template("screening/queue.html", **context)


def _switched(known: Sequence[EligibilityRule]) -> dict[str, Any]:
    """Whether there are rules, whether any of them is run, and the names of those that are switched off."""
    off = [rule.name for rule in known if not rule.active and not rule.is_new]
    return {"has_rules": bool(known), "runs_rules": any(rule.active for rule in known), "off": off}


def _said(tally: Tally) -> tuple[str, str]:
    """Tone and words for what the rules said together."""
    if not tally.ran:
        return "line", _("Not run yet")
    if tally.fails:
        return "bad", ngettext("%(num)s fail", "%(num)s fails", tally.fails)
    if tally.asks:
        return "warn", ngettext("%(num)s to ask", "%(num)s to ask", tally.asks)
    return "ok", _("All pass")


def _word(outcome: Outcome | None, reason: str | None) -> tuple[str, str, str] | None:
    if outcome is None:
        return None
    return outcome.tone, str(OUTCOME_LABELS[outcome]), str(REASONS.get(reason, reason)) if reason else ""


@bp.route(
    "/editions/<edition_slug>/screening/<reference>",
    methods=["GET", "POST"],
    load=cases.application,
    allow=rules.can_screen,
)
def application(application: Application) -> Any:
    """One application: what the rules say, the answers beside it, the verdict."""
    edition, verdict, view = web.chosen(), cases.verdict(application), _view()
    enquiry = asking.last_enquiry(application)
    look = looks.OPEN
    if edition.is_sealed:
        look = looks.look(
            f"application {application.id} by {signed_in_person().id}",
            lambda reason: seal.record_look(application, reason=reason, actor=signed_in_person()),
        )
    checked = cases.rules_on(application)
    given = _given(verdict, enquiry) if verdict else {}
    subjects = asking.subjects_to_ask_about(application)
    if look.is_open and "ask" in request.args:
        given |= _to_ask(application, checked.results, request.args.get("ask", type=int), subjects)
    form = VerdictForm(formdata=None, data=given) if looks.is_asked() else VerdictForm(data=given)
    form.about.choices = [SelectChoice("", _("Choose")), *starmap(SelectChoice, subjects.items())]
    outcome = next((outcome for outcome in Outcome if outcome.value == form.outcome.data), None)
    typed: dict[str, Any] = {"outcome": outcome, "comment": form.comment.data or "", "due_on": form.due_on.data}
    typed |= {name: form[name].data or None for name in ("reason_code", "about")}
    typed["question"] = form.question.data or ""
    is_right = not looks.is_asked() and form.validate_with(lambda: verdicts.verdict_problems(application, **typed))
    if is_right and form.attempt(verdicts.give_verdict, application, **typed, actor=signed_in_person()):
        flash(_("%(name)s: %(verdict)s.", name=application.name, verdict=Outcome(form.outcome.data).label))
        return _onwards(application, view)
    sections = forms.readable(application, application.revision_number, STAFF_READS) if look.is_open else []
    page = render_template(
        "screening/application.html",
        application=application,
        form=form,
        verdict=verdict,
        sections=sections,
        enquiry=enquiry,
        earlier=earlier_applications(application, signed_in_person()),
        subjects=subjects,
        can_confirm=rules.can_confirm(current_person(), verdict),
        following=screening_queue.next_reference(edition, signed_in_person(), application, view),
        view=view,
        territories=locale().territories,
        look=look,
        results=checked.results,
        off=checked.off,
        since=cases.is_earlier(verdict.basis if verdict else None, application.revision_number, checked.active),
        against=[
            rule.name for rule in checked.active if verdict and rule.id in (verdict.basis or {}).get("against", ())
        ],
    )
    return page, 422 if form.problems or look.problem else 200


def _view() -> str:
    """The view of the queue that the page was opened from: the next one is the next there."""
    view = request.args.get("view", "look")
    return view if view in screening_queue.VIEWS else "look"


def _onwards(application: Application, view: str) -> Any:
    """The next application of the view, if that is meant and there is one; else the same again."""
    following = None
    if request.form.get("then") == "next":
        following = screening_queue.next_reference(web.chosen(), signed_in_person(), application, view)
    if request.form.get("then") == "next" and following is None:
        return redirect(url_for(".queue", edition_slug=web.chosen().slug, view=view))
    values: dict[str, Any] = {"reference": following or application.reference}
    values |= {"view": view} if "view" in request.args else {}
    return redirect(url_for(".application", edition_slug=web.chosen().slug, **values))


def _to_ask(
    application: Application, results: Sequence[RuleResult], rule_id: int | None, subjects: Mapping[str, str]
) -> dict[str, Any]:
    """A question to the applicant, begun from what a rule found: what it is about, and what is missing in words."""
    result = next((result for result in results if result.rule_id == rule_id), None)
    if result is None or result.outcome in (Outcome.PASS, Outcome.NOTE):
        return {}
    keys = [node["question"] for node in conditions(result.rule.condition)]
    begun = {"outcome": Outcome.ASK.value, "reason_code": "other", "about": keys[0] if keys else ""}
    if keys == ["*complete"]:
        told = pick(result.explanation)
        names = ((key, subject.rpartition(marks().colon)[2]) for key, subject in subjects.items())
        begun |= {
            "reason_code": "incomplete",
            "about": next((key for key, name in names if name in told), ""),
            "question": result.explanation[application.applicant.language],
        }
    return begun


def _asked(enquiry: Enquiry | None) -> dict[str, Any]:
    if enquiry is None:
        return {}
    day = enquiry.due_at.astimezone(ZoneInfo(web.chosen().zone)).date()
    return {"question": enquiry.question, "about": enquiry.question_key or "", "due_on": day}


def _given(verdict: Verdict, enquiry: Enquiry | None) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "reason_code": verdict.reason_code or "",
        "comment": verdict.comment,
        **_asked(enquiry if enquiry and enquiry.closed_at is None else None),
    }


@bp.route(
    "/editions/<edition_slug>/screening/<reference>/confirm",
    methods=["POST"],
    load=cases.application,
    allow=rules.can_screen,
)
def confirm(application: Application) -> Any:
    """The second person's word."""
    verdicts.confirm_fail(application, actor=signed_in_person())
    flash(_("Confirmed. %(name)s is not eligible.", name=application.name))
    return _onwards(application, _view())


@bp.route(
    "/editions/<edition_slug>/screening/<reference>/take-back",
    methods=["POST"],
    load=cases.application,
    allow=rules.can_screen,
)
def take_back(application: Application) -> Any:
    """Undo a verdict."""
    verdicts.take_back(application, actor=signed_in_person())
    flash(_("The verdict on %(name)s was taken back.", name=application.name))
    return _back(application)


@bp.route(
    "/editions/<edition_slug>/screening/<reference>/rules",
    methods=["POST"],
    load=cases.application,
    allow=rules.can_screen,
)
def check(application: Application) -> Any:
    """Run the rules on one application now."""
    running.run_rules_on(web.chosen(), application, actor=signed_in_person())
    flash(_("The rules were run."))
    return _back(application)


def _back(application: Application) -> Any:
    return redirect(url_for(".application", edition_slug=web.chosen().slug, reference=application.reference))


@bp.route("/editions/<edition_slug>/screening/rules", methods=["POST"], allow=can_run)
def check_all(edition: Edition) -> Any:
    """Run the rules on every application, in the background."""
    running.run_all_rules(edition, actor=signed_in_person())
    return redirect(url_for(".queue", edition_slug=edition.slug))


@bp.route("/editions/<edition_slug>/screening/rules/default", methods=["POST"], allow=can_run)
def default_rules(edition: Edition) -> Any:
    """Give the edition the rules that we ship with."""
    active = sum(rule.active for rule in editing.create_rules(edition, actor=signed_in_person()))
    flash(ngettext("%(num)s rule added.", "%(num)s rules added.", active))
    return redirect(url_for(".queue", edition_slug=edition.slug))


@bp.route("/editions/<edition_slug>/screening/rules", allow=can_run)
def rule_list(edition: Edition) -> Any:
    """Every rule, and whether it is run."""
    known = fact_queries.questions(edition)
    lines = [
        (rule, words(rule.condition, known), tree.faults(rule.condition, known))
        for rule in cases.rules(edition, active_only=False)
    ]
    return render_template(
        "screening/rules.html",
        lines=lines,
        severities=SEVERITY_TAGS,
        tracks={track.key: track.title for track in forms.tracks(edition)},
    )


@bp.route(
    "/editions/<edition_slug>/screening/rules/<int:rule_id>/active",
    methods=["POST"],
    load=cases.rule,
    allow=rules.can_switch,
)
def switch(rule: EligibilityRule) -> Any:
    """Switch a rule off or on."""
    edition, active = web.chosen(), request.form.get("active") == "yes"
    editing.switch_rule(edition, rule, active=active, actor=signed_in_person())
    if active:
        flash(_("“%(rule)s” is switched on. All applications are being checked again.", rule=rule.name))
    else:
        flash(_("“%(rule)s” is switched off. It isn't run, and its results don't count.", rule=rule.name))
    return redirect(url_for(".rule_list", edition_slug=edition.slug))


@bp.route("/editions/<edition_slug>/screening/pass-all", methods=["GET", "POST"], allow=can_run)
def pass_all(edition: Edition) -> Any:
    """Pass every application whose rules all pass: first the list, then the deed."""
    if request.method == "POST":
        expected = request.form.get("expected", type=int)
        passed = verdicts.pass_clear(edition, expected=-1 if expected is None else expected, actor=signed_in_person())
        flash(ngettext("%(num)s application passed.", "%(num)s applications passed.", passed))
        return redirect(url_for(".queue", edition_slug=edition.slug))
    applications = screening_queue.clear(edition, signed_in_person())
    return render_template(
        "screening/pass_all.html",
        applications=applications,
        left_out=left_out(edition, signed_in_person()),
        **_switched(cases.rules(edition, active_only=False)),
    )


@bp.route("/editions/<edition_slug>/screening/pass-all/undo", methods=["POST"], allow=can_run)
def undo_pass(edition: Edition) -> Any:
    """Take back what was passed in one go."""
    try:
        at = datetime.fromisoformat(request.form.get("at", ""))
    except ValueError:
        abort(400)
    undone = verdicts.undo_pass(edition, at=at, actor=signed_in_person())
    flash(ngettext("%(num)s application will be checked again.", "%(num)s applications will be checked again.", undone))
    return redirect(url_for(".queue", edition_slug=edition.slug))
