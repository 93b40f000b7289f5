"""Pages of this stage: the list, the plan and the agenda of an event, its public page with registration, its guests."""

from accelerator.events.views import agenda, guests, plan, visit
from accelerator.events.views.blueprint import bp

__all__ = ["agenda", "bp", "guests", "plan", "visit"]
