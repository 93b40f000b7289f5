"""The demonstration: 500 Kobe Accelerator 2020 at five moments, from reported facts and a fixed seed.

What was reported (kobe.json) comes out exactly. Everything else, such as names, answers, marks and sessions, is
synthetic and marked so wherever it is shown.
"""
