"""How gunicorn serves Funade. ``gunicorn wsgi:app`` reads this file where it is started; so do ``flask demo`` and the tests.

docs/administrators.md, "Settings", says what each variable is.
"""

import os

from accelerator.core import web_worker

web_worker.REQUEST_SECONDS = float(os.environ.get("FUNADE_REQUEST_SECONDS", web_worker.REQUEST_SECONDS))
bind = os.environ.get("FUNADE_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("FUNADE_WEB_PROCESSES", "4"))
threads = int(os.environ.get("FUNADE_WEB_THREADS", "4"))
limit_request_line = 8190  # ticks stand in the address of a list
worker_class = "accelerator.core.web_worker.Worker"
keepalive = 5  # seconds
timeout = 60  # seconds without a sign of life of the loop; a thread may take longer
graceful_timeout = 30
max_requests, max_requests_jitter = 2000, 200
control_socket_disable = True
loglevel = os.environ.get("FUNADE_WEB_LOG", "warning")
