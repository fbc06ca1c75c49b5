"""A task is done once, whoever takes it, dies on it, or is told of it twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estampe.catalogue import Catalogue, NewTask, Task
from estampe.errors import NotFoundError, UsageError
from tests.catalogue.builders import put

LONG = 1000.0
FINISH = NewTask("finish", "cpu", {})


def new(name: str = "a", **more: Any) -> NewTask:
    return NewTask("pages", "cpu", {"name": name}, **more)


def claimed(catalogue: Catalogue, number: int, worker: str = "w 1") -> Task:
    task = catalogue.tasks.claim(number, worker, LONG)
    assert task is not None
    return task


@pytest.fixture
def job(catalogue: Catalogue) -> int:
    return catalogue.start_job("run", "a folder")


def test_only_one_of_many_gets_a_task(catalogue: Catalogue, job: int) -> None:
    numbers = catalogue.tasks.add(job, [new(str(n)) for n in range(20)])
    with ThreadPoolExecutor(4) as threads:
        tries = [(n, f"w {worker}") for n in numbers for worker in range(4)]
        got = [task for task in threads.map(lambda one: catalogue.tasks.claim(*one, LONG), tries) if task]
    assert sorted(task.number for task in got) == list(numbers)
    assert [task.attempts for task in got] == [1] * 20


def test_a_task_whose_worker_died_goes_to_another_and_the_dead_one_ends_nothing(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    [number] = tasks.add(job, [new()])
    dead = tasks.claim(number, "dead 1", -1.0)
    assert dead is not None
    assert [task.number for task in tasks.to_hint(older=-1)] == [number]
    other = claimed(catalogue, number, "w 2")
    assert other.attempts == 2
    assert not tasks.end(dead, "dead 1", "done", outcome={"counters": {"read": 9}}).held
    assert tasks.renew(number, "dead 1", LONG, {}) == ""
    assert tasks.renew(number, "w 2", LONG, {"counters": {"read": 1}}) == "running"
    assert tasks.end(other, "w 2", "done", outcome={"counters": {"read": 3}}).held
    assert catalogue.jobs()[0].counters == {"read": 3}


def test_what_a_worker_held_that_was_killed_is_free_when_its_namesake_begins(catalogue: Catalogue, job: int) -> None:
    numbers = catalogue.tasks.add(job, [new("a"), new("b")])
    claimed(catalogue, numbers[0], "host%_a 1")
    claimed(catalogue, numbers[1], "host%_ab 1")
    catalogue.tasks.lapse("host%_a")
    assert [task.number for task in catalogue.tasks.to_hint()] == [numbers[0]]


def test_a_job_is_finished_once_when_the_last_of_its_tasks_has_ended(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    numbers = tasks.add(job, [new(str(n)) for n in range(12)])

    def work(number: int) -> list[int]:
        task = claimed(catalogue, number, f"w {number}")
        more = [new("more")] if number == numbers[0] else []
        outcome = {"counters": {"read": 1}}
        ended = tasks.end(task, f"w {number}", "done", outcome=outcome, following=more, last=FINISH)
        return [*ended.following]

    with ThreadPoolExecutor(4) as threads:
        following = [number for some in threads.map(work, numbers) for number in some]
    [more] = following
    last = work(more)
    assert [tasks.task(number).kind for number in last] == ["finish"]  # type: ignore[union-attr]
    assert catalogue.jobs()[0].counters == {"read": 13}
    ends = [task.ended for task in tasks.ended_since(job, 0)]
    assert ends == list(range(ends[0], ends[0] + 13))


def test_tasks_are_told_of_by_priority_when_they_are_due_and_once_in_a_while(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    now = tasks.add(job, [new("nightly", priority=7), new("waited for", priority=2), new("later", wait=LONG)])
    assert tasks.to_hint() == []
    assert [task.payload["name"] for task in tasks.to_hint(older=-1)] == ["waited for", "nightly"]
    assert tasks.to_hint(["network"], older=-1) == []
    later = max(now) + 1
    assert tasks.claim(later, "w 1", LONG) is None and tasks.task(later) is not None


def test_a_paused_job_rests_and_a_cancelled_one_is_over(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    first, second, third = tasks.add(job, [new(str(n)) for n in range(3)])
    task = claimed(catalogue, first)
    assert tasks.pause(job) and not tasks.pause(job)
    assert tasks.claim(second, "w 2", LONG) is None and tasks.to_hint(older=-1) == []
    assert tasks.renew(first, "w 1", LONG, {}) == "paused"
    tasks.release(first, "w 1", {"counters": {"read": 2}})
    assert tasks.resume(job) and not tasks.resume(job)
    assert [one.number for one in tasks.to_hint()] == [first, second, third]
    again = claimed(catalogue, first)
    assert (again.attempts, again.outcome) == (1, {"counters": {"read": 2}})
    assert tasks.cancel(job, "by somebody") and not tasks.cancel(job, "again")
    # Whoever still harvests for it adds nothing any more.
    assert tasks.add(job, [new()]) is None
    with pytest.raises(UsageError, match="was cancelled"):
        tasks.retry(job)
    assert tasks.claim(second, "w 2", LONG) is None
    assert not tasks.end(task, "w 1", "done", outcome={}).held
    assert (catalogue.jobs()[0].state, catalogue.jobs()[0].message) == ("cancelled", "by somebody")
    with pytest.raises(NotFoundError, match="no job 99"):
        tasks.cancel(99, "")


def test_what_failed_for_good_is_read_and_sent_again(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    numbers = tasks.add(job, [new("a"), new("b")])
    for number in numbers:
        tasks.end(claimed(catalogue, number), "w 1", "failed", outcome={}, cause="the host is away\x00")
    catalogue.finish_job(job, "partly", {})
    assert [(task.number, task.cause[:16]) for task in tasks.failed(job)] == [
        (number, "the host is away") for number in reversed(numbers)
    ]
    assert tasks.retry(job, numbers[0]) == 1 and tasks.retry(job, numbers[0]) == 0
    assert catalogue.jobs()[0].state == "running"
    assert claimed(catalogue, numbers[0]).attempts == 1
    assert tasks.retry(job) == 1
    assert tasks.tally() == {("cpu", "running"): 1, ("cpu", "waiting"): 1} == tasks.tally(job)


def test_a_job_ends_with_its_last_task_unless_others_came_meanwhile(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    [number] = tasks.add(job, [new()])
    ended = tasks.end(claimed(catalogue, number), "w 1", "failed", outcome={}, last=FINISH)
    last = claimed(catalogue, ended.following[0])
    assert tasks.count_under_way() == 1
    # Somebody sends again what failed, before the job is over.
    tasks.retry(job, number)
    assert not tasks.close(last, "w 1", "done", counters={})
    assert catalogue.jobs()[0].state == "running"
    ended = tasks.end(claimed(catalogue, number), "w 1", "done", outcome={}, last=FINISH)
    last = claimed(catalogue, ended.following[0])
    assert tasks.close(last, "w 1", "partly", counters={"changes": 4}, message="why")
    found = catalogue.jobs()[0]
    assert (found.state, found.counters["changes"], found.message, bool(found.finished)) == ("partly", 4, "why", True)
    assert not tasks.close(last, "w 1", "done", counters={}) and tasks.count_under_way() == 0


def test_a_job_that_is_paused_while_it_ends_is_over(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    [number] = tasks.add(job, [FINISH]) or ()
    last = claimed(catalogue, number)
    assert tasks.pause(job) and tasks.close(last, "w 1", "done", counters={})
    assert catalogue.jobs()[0].state == "done"


def test_only_who_holds_a_task_adds_to_its_job(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    [number] = tasks.add(job, [new()]) or ()
    claimed(catalogue, number)
    assert tasks.add(job, [new()], holder=(number, "w 2")) is None
    assert tasks.add(job, [new()], holder=(number, "w 1"))


def test_what_failed_and_was_sent_again_counts_once(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    [number] = tasks.add(job, [new()]) or ()
    outcome = {"counters": {"read": 2, "missing": 1}}
    tasks.end(claimed(catalogue, number), "w 1", "failed", outcome=outcome)
    assert tasks.pause(job) and tasks.retry(job) == 1
    assert catalogue.jobs()[0].state == "paused" and tasks.resume(job)
    again = claimed(catalogue, number)
    assert again.outcome == outcome
    tasks.end(again, "w 1", "done", outcome={"counters": {"read": 3}})
    assert catalogue.jobs()[0].counters == {"missing": 0, "read": 3}


def test_nothing_of_a_forgotten_document_is_told(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    known = put(catalogue)
    [number] = tasks.add(job, [new()]) or ()
    tasks.end(claimed(catalogue, number), "w 1", "done", outcome={"lines": [["remark", known, "its title"]]})
    catalogue.forget(known)
    assert tasks.task(number).outcome == {}  # type: ignore[union-attr]


def test_old_tasks_of_ended_jobs_are_swept_away(catalogue: Catalogue, job: int) -> None:
    tasks = catalogue.tasks
    numbers = tasks.add(job, [new("old", wait=-100_000.0), new("young")])
    for number in numbers:
        tasks.end(claimed(catalogue, number), "w 1", "done", outcome={})
    assert tasks.sweep() == 0
    catalogue.finish_job(job, "done", {})
    assert tasks.sweep() == 1
    assert [task.payload["name"] for task in tasks.of_job(job, "pages")] == ["young"]


def test_of_several_who_begin_the_same_job_at_once_one_does(catalogue: Catalogue) -> None:
    tasks = catalogue.tasks
    with ThreadPoolExecutor(4) as threads:
        begun = list(threads.map(lambda _: tasks.begin("run", "daily.yaml", new(), "2020-01-01T00:00:00Z"), range(8)))
    [(number, [first])] = [one for one in begun if one]
    assert tasks.task(first) is not None
    catalogue.finish_job(number, "done", {})
    assert tasks.begin("run", "daily.yaml", new(), "2020-01-01T00:00:00Z") is None
    assert tasks.begin("run", "daily.yaml", new(), "9999-01-01T00:00:00Z") is not None
    assert tasks.begin("run", "another.yaml", new(), "") is not None
    assert list(tasks.last_runs((".yaml", ".yml"))) == ["another.yaml", "daily.yaml"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["claim", "die", "end", "release", "fail", "retry"]), max_size=25))
def test_whatever_happens_each_task_counts_once(catalogue: Catalogue, acts: list[str]) -> None:
    """Three tasks, each of which counts one; workers come, die, give up and go on in any order."""
    tasks, job = catalogue.tasks, catalogue.start_job("run", "a folder")
    numbers = tasks.add(job, [new(str(n)) for n in range(3)])
    held: dict[int, tuple[Task, str]] = {}
    for turn, act in enumerate(acts):
        number, worker = numbers[turn % 3], f"w {turn}"
        if act == "claim" and (task := tasks.claim(number, worker, LONG)):
            held[number] = (task, worker)
        elif act == "die":
            tasks.lapse(number=number)
        elif act == "retry":
            tasks.retry(job)
        elif number in held:
            task, worker = held.pop(number)
            if act == "release":
                tasks.release(number, worker, {})
            else:
                counters = {"read": 1} if act == "end" else {}
                tasks.end(task, worker, "done" if act == "end" else "failed", outcome={"counters": counters})
    tasks.lapse("w")
    tasks.retry(job)
    for number in numbers:
        if task := tasks.claim(number, "last 1", LONG):
            tasks.end(task, "last 1", "done", outcome={"counters": {"read": 1}})
    assert catalogue.jobs(1)[0].counters == {"read": 3}
