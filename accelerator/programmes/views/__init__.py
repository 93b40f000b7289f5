"""Pages of programmes: the front page, an edition's settings, its people, its trail."""

from accelerator.programmes.views import front, people, settings, trail
from accelerator.programmes.views.blueprint import bp

__all__ = ["bp", "front", "people", "settings", "trail"]
