"""People: who they are, how they sign in, which roles they hold in which edition.

A person is one record for life. Roles hang on person and edition, never on the person alone; a site administrator is
the one exception. Signing in makes a row (`SignIn`) that can be ended from anywhere; links in mails are single-use.
"""
