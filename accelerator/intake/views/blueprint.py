"""The stage's routes hang on this; and the instant at which a request arrived, which decides about deadlines."""

from datetime import datetime

from accelerator.core import clock
from accelerator.core.web import Feature

bp = Feature("intake", __name__)


def arrival() -> datetime:
    """When the present request arrived, on the clock of the edition that is chosen."""
    return clock.arrival()
