"""DEMO DAY. The running order and its live state, investors, and whom they want to meet.

The page has phases: before, a pitch on stage, questions, closed. Staff move it, everybody's page follows. Investors
whom staff have vetted mark interest; an introduction is made only when the startup agrees as well.
"""
