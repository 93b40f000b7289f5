"""The stage's routes hang on this."""

from accelerator.core.web import Feature
from accelerator.screening import bulk_acts

bp = Feature("screening", __name__)
OFFERS = (bulk_acts,)
"""What is offered on the list of applications: taking it in is all that it needs."""
