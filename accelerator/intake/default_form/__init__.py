"""The form that ships with the product, as data: one file per part of the form, both languages, no behaviour.

It asks what a city's accelerator asks. A call gets its own copy of it in the database, and everything that draws, checks
or shows answers reads that copy, never these files.
"""
