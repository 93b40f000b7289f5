"""Reads of screening. Lists and counts name their viewer and leave out what bars them."""
