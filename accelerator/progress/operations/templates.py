"""Milestone templates, and their way into the cohort."""

from datetime import date

from sqlalchemy import delete, func, select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.programmes.models import Edition
from accelerator.progress.defaults import MILESTONES
from accelerator.progress.models import Milestone, MilestoneState, MilestoneTemplate
from accelerator.progress.queries import milestones
from accelerator.selection.queries.cohort import cohort


def create_templates(edition: Edition, *, actor: Person | None) -> list[MilestoneTemplate]:
    """Give an edition without templates the default six, spread between its start and Demo Day."""
    lock(edition)
    if milestones.milestone_templates(edition):
        raise Refused(_("This edition already has milestone templates."))
    templates = [
        add(
            MilestoneTemplate(
                edition_id=edition.id,
                title=dict(default.title),
                detail=dict(default.detail),
                position=position,
                due_on=default.due_on(edition.starts_on, edition.demo_day_on),
            )
        )
        for position, default in enumerate(MILESTONES, start=1)
    ]
    audit(actor, "progress.created_templates", edition, templates=[0, len(templates)])
    return templates


def add_template(
    edition: Edition, *, title: dict[str, str], detail: dict[str, str], due_on: date, actor: Person
) -> MilestoneTemplate:
    """Add a template; startups get it when the templates are next applied."""
    lock(edition)
    last = session().scalar(
        select(func.max(MilestoneTemplate.position)).where(MilestoneTemplate.edition_id == edition.id)
    )
    template = add(
        MilestoneTemplate(edition_id=edition.id, title=title, detail=detail, due_on=due_on, position=(last or 0) + 1)
    )
    audit(actor, "progress.added_template", template, title=[None, title], due_on=[None, due_on])
    return template


def change_template(
    template: MilestoneTemplate, *, title: dict[str, str], detail: dict[str, str], due_on: date, actor: Person
) -> None:
    """Change a template; milestones that are still planned follow when the templates are next applied."""
    changed = changes_of(template, {"title": title, "detail": detail, "due_on": due_on})
    audit(actor, "progress.changed_template", template, **changed)


def remove_template(template: MilestoneTemplate, *, actor: Person) -> None:
    """Remove a template that no startup has a milestone of."""
    used = session().scalar(
        select(func.count(Milestone.id)).where(
            Milestone.edition_id == template.edition_id, Milestone.template_id == template.id
        )
    )
    if used:
        raise Refused(_("Startups already have milestones from this template, so it stays."))
    audit(actor, "progress.removed_template", template, title=[template.title, None])
    session().execute(
        delete(MilestoneTemplate).where(
            MilestoneTemplate.edition_id == template.edition_id, MilestoneTemplate.id == template.id
        )
    )


def apply_templates(edition: Edition, *, actor: Person | None) -> tuple[int, int]:
    """Give every startup of the cohort what it lacks, and bring planned ones up to date.

    Returns how many milestones were added and how many changed. What was sent in or achieved stays as it is.
    """
    lock(edition)
    templates = milestones.milestone_templates(edition)
    known = {
        (row.startup_id, row.template_id): row
        for row in session().scalars(
            select(Milestone).where(Milestone.edition_id == edition.id, Milestone.template_id.is_not(None))
        )
    }
    added = changed = 0
    for entry in cohort(edition):
        for template in templates:
            row = known.get((entry.startup_id, template.id))
            if row is None:
                _from_template(edition, entry.startup_id, template)
                added += 1
            elif row.state is MilestoneState.PLANNED:
                changed += bool(changes_of(row, {"title": dict(template.title), "due_on": template.due_on}))
    audit(actor, "progress.applied_templates", edition, added=[0, added], changed=[0, changed])
    return added, changed


def _from_template(edition: Edition, startup_id: int, template: MilestoneTemplate) -> Milestone:
    return add(
        Milestone(
            edition_id=edition.id,
            startup_id=startup_id,
            template_id=template.id,
            title=dict(template.title),
            due_on=template.due_on,
            created_at=clock.now(),
        )
    )
