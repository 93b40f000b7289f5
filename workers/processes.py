"""The processes behind the pages: one RQ worker for each queue, one sweeper, and the parent that keeps them alive."""

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

import rq
from redis import Redis
from redis.exceptions import RedisError
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from accelerator.core import db, pdf
from accelerator.core.outbox import ENTRY_POINT, QUEUES
from workers import run, schedule, sweep

log = logging.getLogger(__name__)
SWEEPER = "sweep"
NAMES = (*QUEUES, SWEEPER)
TICK = 1.0  # seconds between two looks of the sweeper, and of the parent at its children
PATIENCE = 20.0  # seconds that a job may go on after the stop was asked for
FORK = multiprocessing.get_context("fork")  # the program is imported once and its memory shared


class Forbidden(Exception):
    """Redis named something that no worker of ours runs."""


class OutboxJob(Job):
    """A job as RQ reads it from Redis, where anybody with access can write one: it runs our entry point or nothing."""

    @property
    def func(self) -> Callable[[str], None]:
        """The entry point. RQ would import whatever name the data hold, also ``os.system``."""
        if self.func_name != ENTRY_POINT or self.instance is not None:
            raise Forbidden("only the outbox's entry point may be called")
        return run.run

    success_callback = failure_callback = stopped_callback = property(lambda self: None)

    def send_webhooks(self, *_: Any, **__: Any) -> None:
        """Call no address that Redis names."""


class QueueWorker(rq.Worker):
    """A worker of one queue: only then does RQ move a job to it without a moment in which nobody has it."""

    job_class = OutboxJob
    max_connection_wait_time = 5.0
    parent: int | None = None

    @property
    def was_stopped(self) -> bool:
        """Whether a signal asked this worker to end."""
        return self._shutdown_requested_date is not None

    def subscribe(self) -> None:
        """Take no commands by way of Redis: signals stop a worker."""

    def heartbeat(self, *arguments: Any, **options: Any) -> None:
        """Stop between two jobs when the parent was killed; the next one starts workers of its own."""
        if not self.is_horse and not self.horse_pid and self.parent not in {None, os.getppid()}:
            raise StopRequested
        super().heartbeat(*arguments, **options)

    def main_work_horse(self, *arguments: Any) -> None:
        """Connections can't be shared by two processes, so the one that does the job opens its own."""
        db.engine().dispose(close=False)
        super().main_work_horse(*arguments)


def worker(queue: str, redis_url: str) -> QueueWorker:
    """A worker of ``queue`` with the settings that find a dead one within a minute; RQ's own take a quarter hour."""
    return QueueWorker(
        [queue],
        connection=Redis.from_url(redis_url),
        serializer=JSONSerializer,
        job_monitoring_interval=5,
        worker_ttl=30,
        maintenance_interval=15,
        log_job_description=False,
    )


def consume(queue: str, redis_url: str) -> None:
    """Work for ``queue`` until SIGTERM. RQ gives up when Redis stays away; this begins anew until it is back."""
    parent = os.getppid()
    if queue == "reports":
        pdf.available()  # loaded before the fork, so that not every report pays for it again
    try:
        run.rehearse()
    except SQLAlchemyError as error:
        log.warning("The database is away (%s); jobs of %s wait for it", type(error).__name__, queue)
    while os.getppid() == parent:
        try:
            mine = worker(queue, redis_url)
            mine.parent = parent
            mine.work(logging_level="WARNING")
            if mine.was_stopped:
                return
        except StopRequested:
            return
        except (RedisError, OSError) as error:
            log.warning("Redis is away (%s); the worker of %s tries again", type(error).__name__, queue)
        time.sleep(TICK)


def watch(_redis_url: str) -> None:
    """Sweep and keep the timetable until SIGTERM. Whatever fails is tried again at the next tick."""
    parent, stop, timetable = os.getppid(), Stop(), schedule.Timetable()
    while not stop.asked and os.getppid() == parent:
        for task in (timetable.tick, sweep.sweep):
            try:
                task()
            except Exception as error:
                log.error("%s failed (%s); it is tried again", task.__qualname__, type(error).__name__)
        time.sleep(TICK)


class Stop:
    """Turns SIGTERM and SIGINT into a flag, so that what is being written is finished."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _start(name: str, redis_url: str) -> BaseProcess:
    process = FORK.Process(target=_child, args=(name, redis_url), name=f"funade-{name}")
    process.start()
    return process


def _child(name: str, redis_url: str) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    if name == SWEEPER:
        watch(redis_url)
    else:
        consume(name, redis_url)


def supervise(names: Iterable[str], redis_url: str, *, leave_with_parent: bool = False) -> None:
    """Run one process for each name, start again those that die, and end all of them on SIGTERM or SIGINT.

    ``leave_with_parent`` ends them also when whoever started this process is gone, as a demonstration wants.
    """
    stop, parent = Stop(), os.getppid()
    running = {name: (_start(name, redis_url), time.monotonic()) for name in names}
    while not stop.asked and (not leave_with_parent or os.getppid() == parent):
        time.sleep(TICK / 4)
        for name, (process, started) in running.items():
            # Not more than one a second, should something be wrong that makes every start fail.
            if not process.is_alive() and time.monotonic() > started + TICK:
                log.error("the process of %s ended with %s; starting another", name, process.exitcode)
                running[name] = _start(name, redis_url), time.monotonic()
    _end([process for process, _ in running.values()])


def _end(processes: list[BaseProcess]) -> None:
    """Let every process finish its job; one that takes too long is cut, and its row falls due after its lease."""
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
    for process in processes:
        if process.is_alive():
            process.terminate()  # RQ's second signal takes its child along, which a kill would orphan
            process.join(5)
        if process.is_alive():
            process.kill()
