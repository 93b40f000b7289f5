"""Pages of programmes: the front page, an edition's settings, its people."""

from accelerator.programmes.views import front, people, settings
from accelerator.programmes.views.blueprint import bp

__all__ = ["bp", "front", "people", "settings"]
