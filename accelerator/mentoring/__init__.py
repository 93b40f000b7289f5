"""MENTOR. When mentors are free, and the sessions that startups book with them.

A session is booked, then held, missed, moved or cancelled; its row is never deleted. Claims, one row per party and five
minutes, make an overlap impossible in the database. ``slots`` is pure: hours in, free slots out.
"""
