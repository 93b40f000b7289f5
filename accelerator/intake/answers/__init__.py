"""The form engine: how each kind of question is read from a page, checked, and shown. Driven by the rows alone.

``questions`` the plain form that all of it works on; ``parsing`` typed text to value; ``checking`` value to sentences;
``reading`` value to what a reader sees; ``meter`` how much is missing. No database, no request. A value is plain JSON:

- SHORT, LONG, URL, CHOICE, COUNTRY, PREFECTURE, SECTOR, TRACK, ZONE: a text; DATE: ``2020-07-31``
- NUMBER: an int, a text like ``12.50`` for a fraction; MONEY: ``{"amount": int or text, "currency": "EUR"}``
- CHOICES, COUNTRIES, DECLARATION, CONSENT: a list of texts
- HOURS: a list of ints, half hours since Monday 00:00 in the answerer's zone
- FOUNDERS: a list of ``{"name", "role", "email", "linkedin", "full_time": bool, "equity": int}``
- FILE: ``{"id", "name", "sha256", "size", "pages"}``, written by the upload alone

What could not be read stays as the text that was typed, so that nothing is lost; an empty answer is absent.
"""
