"""Pages of programmes: the front page, an edition's settings, its people; account events."""
