"""Pages on their way to the workers, in batches."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ..catalogue import Catalogue, Task
from ..harvest import Harvested
from ..pipeline import Fingerprint, Stopped, Stopping, Whole
from ..records import Document, Page, is_local
from .tasks import CPU, GPU, NETWORK, PAGES, Order, Part, key_of, pages_task, parts_of

#: Pages of one batch: so many that handing it over costs little beside reading it, and so few that all have work.
_SIZES: Final = {CPU: 24, GPU: 24, NETWORK: 8}
#: A batch goes out when its first page has waited for so long, in seconds.
_PATIENCE: Final = 2.0
#: So many batches may be open before the harvest does some itself.
AHEAD: Final = 64
_PAUSE: Final = 0.2
# When so many documents were handed on, those that are done are let go.
_REMEMBERED: Final = 4000


class Batches:
    """Takes the pages of a harvest to the workers.

    A harvest that is far ahead of them reads batches itself, so that no queue grows without end, and a worker that is
    alone never waits for itself.

    Args:
        catalogue: where the tasks stand.
        task: the harvest's.
        worker: who holds it.
        send: tells workers of tasks by their numbers.
        help_out: does one task of the job, if there is one to do, and says whether there was.
        stopping: where the harvest may be stopped.
        gpu: files are read by workers that have a graphics processor.

    """

    def __init__(
        self,
        catalogue: Catalogue,
        task: Task,
        worker: str,
        send: Callable[[Iterable[int], str, int], None],
        help_out: Callable[[], bool],
        stopping: Stopping,
        *,
        gpu: bool = False,
    ) -> None:
        self._files = GPU if gpu else CPU
        self._catalogue, self._task, self._worker, self._order = catalogue, task, worker, Order.of(task.payload)
        self._send, self._help_out, self._stopping = send, help_out, stopping
        self._gathered: dict[str, list[tuple[str, list[str], str]]] = {self._files: [], NETWORK: []}
        self._since: dict[str, float] = {}
        #: By document, the batches that were sent of it and may still be open.
        self._sent: dict[str, set[int]] = {}
        self._key, self._left = "", 0
        self._known = self._of_earlier_attempts()

    @property
    def forgotten(self) -> Mapping[str, tuple[Document, list[Page]]]:
        """Nothing: what is forgotten while it is read is seen by whoever reads it."""
        return {}

    def knows(self, harvested: Harvested) -> bool:
        """Say whether an earlier attempt handed on all pages of this."""
        self._key, self._left = key_of(harvested), 0
        return self._key in self._known

    def add(self, whole: Whole, page: Page, before: Fingerprint) -> None:
        """Take a page; with it goes what waited long enough. Raises CatalogueError, Stopped."""
        del before
        self._left = (self._left or whole.page_count) - 1
        queue = NETWORK if _is_distant(page) else self._files
        gathered = self._gathered[queue]
        if not gathered:
            self._since[queue] = time.monotonic()
        key = "" if self._left else self._key
        if gathered and gathered[-1][0] == whole.document.id and not gathered[-1][2]:
            gathered[-1] = (whole.document.id, [*gathered[-1][1], page.id], key)
        else:
            gathered.append((whole.document.id, [page.id], key))
        for name in self._gathered:
            size = _SIZES[name]
            count = sum(len(pages) for _, pages, _ in self._gathered[name])
            if count >= size or (count and time.monotonic() - self._since[name] > _PATIENCE):
                self._flush(name)
                # Only then are there more of them; to ask at each page would be a query a page.
                while self._catalogue.tasks.count_open(self._task.job) > AHEAD:
                    self._wait()

    def finish(self, aliases: Iterable[str] | None = None) -> None:
        """Return when the pages under way of a document are done; without aliases, when all are sent."""
        if aliases is None:
            for queue in self._gathered:
                self._flush(queue)
            return
        documents = {found for alias in aliases if (found := self._catalogue.resolve(alias))}
        if any(document in documents for some in self._gathered.values() for document, _, _ in some):
            self.finish()
        numbers = {number for document in documents for number in self._sent.pop(document, ())}
        while numbers := self._catalogue.tasks.open_among(numbers):
            self._wait()

    def _flush(self, queue: str) -> None:
        gathered, self._gathered[queue] = self._gathered[queue], []
        if not gathered:
            return
        parts = [Part(document, tuple(pages), key) for document, pages, key in gathered]
        priority = self._task.priority
        task = pages_task(self._order, parts, queue, priority)
        holder = (self._task.number, self._worker)
        numbers = self._catalogue.tasks.add(self._task.job, [task], holder=holder)
        if numbers is None:
            # The job was cancelled, or another worker harvests by now.
            raise Stopped(signal.SIGTERM)
        for document, _, _ in gathered:
            self._sent.setdefault(document, set()).update(numbers)
        self._send(numbers, queue, priority)
        if len(self._sent) > _REMEMBERED:
            still = self._catalogue.tasks.open_among(number for some in self._sent.values() for number in some)
            self._sent = {document: left for document, some in self._sent.items() if (left := some & still)}

    def _wait(self) -> None:
        with self._stopping.released():
            if not self._help_out():
                time.sleep(_PAUSE)

    def _of_earlier_attempts(self) -> frozenset[str]:
        """Return the keys of what earlier attempts handed on, and remember what of that is still under way."""
        keys, after = set[str](), 0
        while found := self._catalogue.tasks.of_job(self._task.job, PAGES, after):
            for task in found:
                parts = parts_of(task.payload)
                keys.update(part.key for part in parts if part.key)
                if task.state in {"waiting", "running"}:
                    for part in parts:
                        self._sent.setdefault(part.document, set()).add(task.number)
            after = found[-1].number
        return frozenset(keys)


def _is_distant(page: Page) -> bool:
    """Say whether reading a page means to wait for a host."""
    addresses = [text.address for text in page.texts] + ([page.image.address] if page.image else [])
    return any(not is_local(address) for address in addresses)
