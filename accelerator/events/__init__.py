"""EVENTS. What people come to: lectures, workshops, side events, Demo Day; who registered, who came.

A registration holds a seat or waits for one; when somebody cancels, the first who waits moves up. Staff set events up,
guests register without an account and manage their place by a link.
"""
