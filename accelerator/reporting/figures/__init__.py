"""From counts to the figures document: what a snapshot freezes and every page, file and report prints. Pure.

The document is JSON: ``edition`` (names and days), ``sections`` by name, each with ``figures`` (``code``, ``label``,
``value``, ``unit``, ``as_of``, ``source``, and where it applies ``numerator``, ``denominator``, ``lower_bound``,
``synthetic``) and its tables, and ``definitions`` of every code used. ``None`` is "not known". It holds no score, no
name of anybody who was not selected, and no number of a single startup's business.
"""
