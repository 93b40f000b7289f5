"""Eligibility rules as data: what a rule may ask, what it says of an application, and how it reads. Pure.

A node is a group ``{"join": "all" | "any", "parts": [node, ...]}`` or a condition ``{"question": key, "operator": name,
"value": ..., "missing": "ask" | "met" | "unmet"}``. The root of a rule is a group.
"""
