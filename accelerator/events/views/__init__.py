"""Pages of this stage: the list and the plan of an event, its public page with registration, its guests."""

from accelerator.events.views import guests, plan, visit
from accelerator.events.views.blueprint import bp

__all__ = ["bp", "guests", "plan", "visit"]
