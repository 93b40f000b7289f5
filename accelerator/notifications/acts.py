"""What the trail says of mails and jobs: the acts, what they are done to, and what they change."""

from typing import Any

from accelerator.core.acts import Act, Field, Subject, choice, declare, unseen
from accelerator.core.i18n import lazy
from accelerator.core.outbox import DECLARED, JobState
from accelerator.notifications.models import MessageState

ACTS = {
    "notifications.discarded": Act(lazy("%(who)s stopped an e-mail: %(what)s")),
    "notifications.job_retried": Act(lazy("%(who)s retried a job")),
    "notifications.retried": Act(lazy("%(who)s retried an e-mail: %(what)s")),
}
SUBJECTS = {
    # Without its own words: they may be about an application that bars whoever reads the trail.
    "message": Subject(lazy("Mail"), (), "notifications.mail")
}
JOB_STATES = {
    JobState.WAITING: lazy("Waiting"),
    JobState.RUNNING: lazy("Running"),
    JobState.DONE: lazy("Done"),
    JobState.DEAD: lazy("Stopped after its last try"),
}


def _job(name: str) -> Any:
    return DECLARED[name].label if name in DECLARED else None


FIELDS = {
    "job": unseen(),
    "name": Field(lazy("Job"), plain=True, words=_job),
    "state": choice(lazy("State"), MessageState, JOB_STATES),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
