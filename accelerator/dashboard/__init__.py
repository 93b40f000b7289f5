"""Each person's home: what waits for them across the stages. Owns no tables; it only asks the stages.

One file of ``queries`` per kind of person: team, reviewer, mentor, founder, applicant, investor, partner. Each returns a
frozen record that its page shows; a home takes at most fifteen statements, whatever the number of rows.
"""
