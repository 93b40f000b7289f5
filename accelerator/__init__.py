"""Funade: a startup accelerator from the open call to Demo Day and on through the years after.

List this package and read the lifecycle: intake, screening, scoring, selection, mentoring, progress, events, demo_day,
reporting. ``core`` is what they stand on; ``lifecycle`` puts them in order.
"""
