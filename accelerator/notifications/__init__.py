"""Messages: every mail is a row written together with the fact it tells of, and delivered by a worker.

A message waits, is being sent, is sent, failed (it will be tried again) or bounced (it won't). Its key makes a second
one impossible. The page "Mail" shows all of them; in the demonstration that is where the mails are read.
"""
