"""Writes about people: their accounts, sign-ins, links and roles."""
