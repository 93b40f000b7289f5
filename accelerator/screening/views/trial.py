"""The dry run of a rule: who would change, from what to what, before it is saved."""

from typing import Any

from flask import redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.outbox import JobState
from accelerator.core.versions import version_of
from accelerator.intake.queries.visibility import left_out, sums_withheld
from accelerator.screening import rules
from accelerator.screening.conditions.wording import words
from accelerator.screening.models import EligibilityRule
from accelerator.screening.operations import trying
from accelerator.screening.queries import cases, trials
from accelerator.screening.queries import facts as fact_queries
from accelerator.screening.views.blueprint import bp
from accelerator.screening.views.editor import RULE


@bp.route(RULE + "/trial", methods=["GET", "POST"], load=cases.rule, allow=rules.can_switch)
def rule_trial(rule: EligibilityRule) -> Any:
    """Whom the draft would change; sending the form runs it on all applications."""
    edition, me = web.chosen(), signed_in_person()
    if request.method == "POST":
        trying.try_rule(edition, rule, shown=request.form.get("version"), actor=me)
        return redirect(url_for(".rule_trial", edition_slug=edition.slug, rule_id=rule.id))
    trial = trials.trial(rule)
    job = trials.job(trial) if trial and trial.finished_at is None else None
    number = max(1, request.args.get("page", 1, type=int))
    known = fact_queries.questions(edition)
    context = {
        "rule": rule,
        "trial": trial,
        "job": job,
        "is_working": job is not None and job.state in (JobState.WAITING, JobState.RUNNING),
        "withheld": sums_withheld(edition.id, me.id),
        "changes": trials.changes(trial, edition, me, number=number) if trial and trial.finished_at else None,
        "number": number,
        "is_old": trial is not None and trial.basis != trials.basis(edition, rule),
        "out_of_date": trials.OUT_OF_DATE,
        "left_out": left_out(edition, me),
        "is_fragment": web.wants_fragment(),
        "words": words(rule.drafted["condition"], known),
        "version": version_of(rule.drafted),
    }
    if web.wants_fragment():
        return web.render_block("screening/rule_trial.html", "run", **context)
    return render_template("screening/rule_trial.html", **context)
