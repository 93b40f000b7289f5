"""Jobs of progress: reminders of milestones to founders, and what is late to the team."""

from accelerator.progress.models import REMIND_MILESTONES
from accelerator.progress.operations.reminding import letters
from workers.periodic import over_editions, reminders

HANDLERS = {REMIND_MILESTONES.name: over_editions(REMIND_MILESTONES, reminders(letters))}
