"""What Prometheus is told: counted here by each process, and added up for all of them when it asks."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from .errors import SettingsError

if TYPE_CHECKING:
    from prometheus_client import Metric
    from prometheus_client.registry import Collector

#: Where the processes of one server leave what they counted; it must be set before the first of them counts.
_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
#: Bounds of durations, in seconds: from an answer out of memory to one that a person gives up on.
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number as it is now, the same whoever looks: ``values`` by the values of its ``labels``."""

    name: str
    help: str
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = ()


def one(name: str, help_: str, value: float) -> Gauge:
    """Return a gauge of one number."""
    return Gauge(name, help_, {(): value})


@dataclass(frozen=True, slots=True)
class Shared:
    """The folder in which the processes of one server count; made by the process that starts the others."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="estampe-metrics-")))
    _maker: int = field(default_factory=os.getpid)

    def __post_init__(self) -> None:
        os.environ[_FOLDER] = str(self.folder)
        require()

    def gone(self, process: int) -> None:
        """Take note that a process ended; what it counted stays."""
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(process, path=str(self.folder))  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Remove the folder; in a process that was started since, which others outlive, do nothing."""
        if os.getpid() != self._maker:
            return
        os.environ.pop(_FOLDER, None)
        shutil.rmtree(self.folder, ignore_errors=True)


def require() -> None:
    """Raise SettingsError where the package that this needs is not installed."""
    try:
        import prometheus_client  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            "ESTAMPE_METRICS_PORT is set, but the package prometheus-client is not installed; install estampe[cluster]"
        ) from error


class Metrics:
    """What a server counts. May be used by many threads at once."""

    def __init__(self) -> None:
        require()
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "estampe_http_requests",
            "Requests answered, by what they asked for (the route, not the address) and the status.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "estampe_http_request_seconds",
            "How long an answer took, in seconds, until its first byte.",
            ("route",),
            registry=registry,
            buckets=_SECONDS,
        )
        self._search_seconds = Histogram(
            "estampe_search_seconds",
            "How long the index took for a search, in seconds.",
            ("kind",),
            registry=registry,
            buckets=_SECONDS,
        )
        self._search_failures = Counter(
            "estampe_search_failures", "Searches that the index could not answer.", ("kind",), registry=registry
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def search(self, kind: str, seconds: float, *, failed: bool) -> None:
        """Count a search of the index: for ``illustrations`` or ``pages``."""
        self._search_seconds.labels(kind).observe(seconds)
        if failed:
            self._search_failures.labels(kind).inc()

    def exposition(self, gauges: Iterable[Gauge]) -> tuple[bytes, str]:
        """Return all that was counted, with some numbers as they are now, and its media type."""
        from prometheus_client import CollectorRegistry, generate_latest, multiprocess
        from prometheus_client.exposition import CONTENT_TYPE_LATEST

        now = CollectorRegistry()
        now.register(cast("Collector", _Now(gauges)))
        if os.environ.get(_FOLDER):
            multiprocess.MultiProcessCollector(now)  # type: ignore[no-untyped-call]
        else:
            now.register(self._registry)
        return generate_latest(now), CONTENT_TYPE_LATEST


class _Now:
    """Hands gauges to Prometheus's own writer."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = tuple(gauges)

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        for gauge in self._gauges:
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
            for labels, value in gauge.values.items():
                family.add_metric(labels, value)
            yield family
