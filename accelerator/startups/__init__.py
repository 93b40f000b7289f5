"""Startups: the lifelong record of a firm and its founders, one for all editions.

It is made when somebody starts an application and fills up from what was sent. Only its own founders and the teams of
editions that it applied to may see it.
"""
