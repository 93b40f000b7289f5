"""Writes about programmes, editions, their lists and their people."""
