"""``estampe worker``, ``estampe jobs``: thin, as the other commands."""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import click

from .catalogue import Catalogue, Job
from .errors import SettingsError, UsageError
from .housekeeping import stores
from .pipeline import Stopped, Stopping, Summary, Watcher
from .settings import Settings
from .worker import PERSON, QUEUES, Broker, Order, absolute, follow_job, make_app, start_job

#: What the number of a job or a task may be.
_NUMBER = click.IntRange(1, 2**63 - 1)


@contextmanager
def _broker(settings: Settings) -> Iterator[Broker]:
    if not settings.broker_url:
        raise SettingsError(
            "there are no workers: ESTAMPE_BROKER_URL is not set; name a Redis, as redis://machine:6379/0"
        )
    with closing(Broker(make_app(settings))) as broker:
        yield broker


def begin_on_workers(settings: Settings, catalogue: Catalogue, order: Order) -> int:
    """Give workers something to do, and say which job it is; return its number. Raises SettingsError, BrokerError."""
    with _broker(settings) as broker:
        at_work = broker.workers()
        detail = " ".join(order.sources)
        number = start_job(
            catalogue, broker, replace(order, sources=absolute(order.sources)), detail=detail, priority=PERSON
        )
    if number is None:
        raise AssertionError("a job begins unless it is told when not to")
    click.echo(f"job {number}; `estampe jobs` shows it, `estampe jobs cancel {number}` ends it", err=True)
    if not at_work:
        click.echo("no worker answers; it waits for one: start it with `estampe worker`", err=True)
    return number


def run_on_workers(
    settings: Settings, catalogue: Catalogue, order: Order, watcher: Watcher, stopping: Stopping
) -> Summary:
    """Have workers do something, and wait for them. Raises Stopped, SettingsError, BrokerError."""
    with stopping.held():
        # Who stops it now stops it as soon as it has a number.
        number = begin_on_workers(settings, catalogue, order)
    try:
        job, summary = follow_job(catalogue, number, watcher, stopping)
    except Stopped as stopped:
        catalogue.tasks.cancel(number, f"{stopped}; the same command goes on where it was")
        raise
    if job.message:
        click.echo(f"job {number} {job.state}: {job.message}", err=True)
    return summary


@click.command()
@click.option(
    "--queues",
    default=",".join(QUEUES),
    show_default=True,
    help="What to do: wait for hosts (network), read files (cpu), run models (gpu).",
)
@click.option("--processes", type=click.IntRange(1, 256), help="How many tasks at once; at first one for each core.")
@click.option("--name", help="Another one for each worker; at first this machine's, with the queues.")
@click.pass_obj
def worker(settings: Settings, queues: str, processes: int | None, name: str | None) -> None:
    """Do what others ask for, until it is stopped.

    A worker that is stopped (SIGTERM, Ctrl-C) ends the pages that it is at; others go on with the rest.
    """
    wanted = tuple(dict.fromkeys(filter(None, queues.replace(",", " ").split())))
    if unknown := [queue for queue in wanted if queue not in QUEUES] or ([] if wanted else [queues]):
        raise UsageError(f"there is no queue {unknown[0]!r}; there are {', '.join(QUEUES)}")
    if name is not None and not re.fullmatch(r"\S+", name):
        raise UsageError("the name of a worker is one word, as pictures@machine")
    if not settings.broker_url:
        raise SettingsError(
            "a worker needs ESTAMPE_BROKER_URL: the Redis that gives it work, as redis://machine:6379/0"
        )
    make_app(settings)
    from .worker.serving import serve

    with stores(settings):
        pass
    count = processes or len(os.sched_getaffinity(0))
    sys.exit(serve(settings, wanted, count, name or f"{'-'.join(wanted)}@{os.uname().nodename}"))


@click.command()
@click.pass_obj
def beat(settings: Settings) -> None:
    """Have workers harvest the lists of ESTAMPE_LISTS again, as often as each says. One of it is enough."""
    if not settings.broker_url:
        raise SettingsError("the clock needs ESTAMPE_BROKER_URL: the Redis that workers take their work from")
    from .worker.scheduling import beat as run_beat

    run_beat(settings)


@click.group(invoke_without_command=True)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@click.pass_context
def jobs(ctx: click.Context, limit: int) -> None:
    """Show what workers do and did, and direct it."""
    if ctx.invoked_subcommand is None:
        with stores(ctx.obj) as catalogue:
            for job in catalogue.jobs(limit):
                click.echo(_line(catalogue, job))


def _line(catalogue: Catalogue, job: Job) -> str:
    states: Counter[str] = Counter()
    for (_, state), count in catalogue.tasks.tally(job.number).items():
        states[state] += count
    tasks = ", ".join(f"{states[state]} {state}" for state in ("waiting", "running", "failed") if states[state])
    read = f"{job.counters.get('read', 0)} pages read"
    told = "; ".join(filter(None, [read, f"tasks: {tasks}" if tasks else "", job.message]))
    return f"{job.number:>6}  {job.state:<9}  {job.started}  {job.detail[:80]}  ({told})"


@jobs.command("failures")
@click.argument("job", type=_NUMBER, required=False)
@click.pass_obj
def failures(settings: Settings, job: int | None) -> None:
    """List what failed for good, of one JOB or of all: the task, its job, and why."""
    with stores(settings) as catalogue:
        if job is not None:
            _known(catalogue, job)
        for task in catalogue.tasks.failed(job, 1000):
            documents = ", ".join(part[0] for part in task.payload.get("parts", [])[:3])
            click.echo(f"{task.number:>8}  job {task.job}  {task.kind} {documents}: {task.cause}")


@jobs.command("retry")
@click.argument("job", type=_NUMBER)
@click.option("--task", type=_NUMBER, help="This one alone, by its number.")
@click.pass_obj
def retry(settings: Settings, job: int, task: int | None) -> None:
    """Do once more what failed for good of a JOB."""
    with stores(settings) as catalogue, _broker(settings) as broker:
        _known(catalogue, job)
        count = catalogue.tasks.retry(job, task)
        for queue in QUEUES:
            broker.keep(queue)
        click.echo(f"to be done again: {count}")


@jobs.command("cancel")
@click.argument("job", type=_NUMBER)
@click.pass_obj
def cancel(settings: Settings, job: int) -> None:
    """End a JOB: what of it is under way stops at its next page. Its command, given again, goes on where it was."""
    with stores(settings) as catalogue:
        _of_workers(catalogue, job)
        if not catalogue.tasks.cancel(job, "cancelled; the same command goes on where it was"):
            raise UsageError(f"job {job} is over already")
        click.echo(f"cancelled: {job}")


@jobs.command("pause")
@click.argument("job", type=_NUMBER, required=False)
@click.pass_obj
def pause(settings: Settings, job: int | None) -> None:
    """Let a JOB rest, or all of them: what is under way stops at its next page."""
    with stores(settings) as catalogue:
        for number in _numbers(catalogue, job, "running"):
            if catalogue.tasks.pause(number):
                click.echo(f"paused: {number}")


@jobs.command("resume")
@click.argument("job", type=_NUMBER, required=False)
@click.pass_obj
def resume(settings: Settings, job: int | None) -> None:
    """Go on with a JOB that was paused, or with all of them."""
    with stores(settings) as catalogue, _broker(settings) as broker:
        for number in _numbers(catalogue, job, "paused"):
            if catalogue.tasks.resume(number):
                click.echo(f"goes on: {number}")
        for queue in QUEUES:
            broker.keep(queue)


@jobs.command("drain")
@click.pass_obj
def drain(settings: Settings) -> None:
    """Pause all jobs, and return when nothing is under way: then workers and services can be stopped."""
    with stores(settings) as catalogue, Stopping() as stopping:
        try:
            for number in _numbers(catalogue, None, "running"):
                catalogue.tasks.pause(number)
            while running := catalogue.tasks.count_under_way():
                click.echo(f"under way: {running}", err=True)
                with stopping.released():
                    time.sleep(1)
        except Stopped as stopped:
            sys.exit(128 + stopped.signal)
    click.echo("nothing is under way; `estampe jobs resume` goes on")


def _numbers(catalogue: Catalogue, job: int | None, state: str) -> list[int]:
    """Return the job asked for, or all of workers that are in a state."""
    if job is not None:
        found = _of_workers(catalogue, job)
        if found.state != state:
            raise UsageError(f"job {job} is not {state}, it is {found.state}")
        return [job]
    return [one.number for one in catalogue.jobs(1000) if one.state == state and catalogue.tasks.has_any(one.number)]


def _known(catalogue: Catalogue, number: int) -> Job:
    found = catalogue.tasks.job(number)
    if found is None:
        raise UsageError(f"there is no job {number}; `estampe jobs` lists them")
    return found


def _of_workers(catalogue: Catalogue, number: int) -> Job:
    found = _known(catalogue, number)
    if found.state == "running" and not catalogue.tasks.has_any(number):
        raise UsageError(f"job {number} is done by its own command; stop that with Ctrl-C")
    return found
