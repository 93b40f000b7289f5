"""Pages of programmes: the front page, an edition's settings, its people; account events."""

from accelerator.programmes.views import account_events, front, people, settings
from accelerator.programmes.views.blueprint import bp

__all__ = ["account_events", "bp", "front", "people", "settings"]
