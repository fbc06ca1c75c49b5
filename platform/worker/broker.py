"""Telling workers that there is something to do, through Celery and Redis.

A message is no more than a hint with the number of a task: lost ones are sent again, and those that come twice, or too
late, do nothing.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..errors import BrokerError, SettingsError
from ..net import connect_redis as connect
from ..settings import Settings, variable_name
from .tasks import NETWORK, QUEUES

if TYPE_CHECKING:
    from celery import Celery

_LOG = logging.getLogger(__name__)
WORK, KEEP, SCHEDULE = "estampe.work", "estampe.keep", "estampe.schedule"
#: Of each queue Redis has a list for each of these; the first is taken first.
STEPS: Final = (0, 3, 6, 9)
#: How long Redis may take, in seconds.
_PROMPT: Final = 5.0


def make_app(settings: Settings) -> Celery:
    """Return the Celery application of a broker, without tasks. Raises SettingsError."""
    variable = variable_name("broker_url")
    connect(settings.broker_url, settings.broker_ca).close()
    try:
        from celery import Celery
        from celery.signals import setup_logging
        from kombu.entity import Exchange, Queue
    except ImportError as error:
        raise SettingsError(f"{variable} is set, which needs Celery and Redis: pip install estampe[cluster]") from error
    # Where somebody answers this, Celery leaves the log as `estampe.logs` has set it.
    setup_logging.connect(_leave_the_log, dispatch_uid="estampe")
    app = Celery("estampe", broker=settings.broker_url, set_as_current=False)
    app.conf.update(
        task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        task_default_queue=NETWORK,
        task_serializer="json",
        accept_content=["json"],
        # Results stand in the catalogue.
        task_ignore_result=True,
        result_backend=None,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        # On a busy machine a process may take its time to begin.
        worker_proc_alive_timeout=60.0,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "priority_steps": list(STEPS),
            "queue_order_strategy": "priority",
            "socket_connect_timeout": _PROMPT,
            "socket_timeout": 60,
            "retry_on_timeout": True,
        },
        task_publish_retry=False,
    )
    if settings.broker_url.startswith("rediss:"):
        # Left to itself it believes any certificate.
        authorities = settings.broker_ca or ssl.get_default_verify_paths().cafile
        app.conf.broker_use_ssl = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": authorities and str(authorities)}
    return app


def _leave_the_log(**_: object) -> None:
    """Do nothing."""


class Broker:
    """Sends hints; made with an application of `make_app`."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def send(self, numbers: Iterable[int], queue: str, priority: int) -> None:
        """Tell workers of tasks. Where the broker is away that is put down in the log: they will be told later."""
        for number in numbers:
            if not self._send(WORK, queue, priority, number):
                return

    def keep(self, queue: str) -> None:
        """Have some worker look after what was lost; soon, or not at all."""
        self._send(KEEP, queue, 0, expires=10.0)

    def ask_what_is_due(self) -> None:
        """Have some worker look which lists are to be harvested."""
        self._send(SCHEDULE, NETWORK, 0, expires=60.0)

    def lengths(self) -> dict[str, int]:
        """Return how many messages wait in each queue. Raises BrokerError."""
        try:
            with self._app.connection_for_read() as connection:
                channel: Any = connection.default_channel
                return {queue: int(channel.queue_declare(queue, passive=False).message_count) for queue in QUEUES}
        except _failures(self._app) as error:
            raise self._error(error) from error

    def workers(self, timeout: float = 1.0) -> list[str]:
        """Return the names of the workers that answer. Raises BrokerError."""
        try:
            answers: list[dict[str, Any]] = self._app.control.ping(timeout=timeout)
        except _failures(self._app) as error:
            raise self._error(error) from error
        return sorted(name for answer in answers for name in answer)

    def close(self) -> None:
        """Close all connections, of all brokers of this process: one left open hangs a process that is forked later."""
        from kombu import pools

        self._app.close()
        pools.reset()

    def _send(self, name: str, queue: str, priority: int, *args: object, **options: Any) -> bool:
        try:
            self._app.send_task(name, args, queue=queue, priority=priority, retry=False, **options)
        except _failures(self._app) as error:
            _LOG.warning("%s What was to be done is told again when it answers.", self._error(error))
            return False
        return True

    def _error(self, error: BaseException) -> BrokerError:
        where = urlsplit(self._app.conf.broker_url)
        cause = str(error.__cause__ or error).rstrip(".")
        return BrokerError(f"The broker at {where.hostname}:{where.port or 6379} does not answer: {cause}.")


def _failures(app: Celery) -> tuple[type[BaseException], ...]:
    """Return what a broker that is away raises."""
    from kombu.exceptions import OperationalError

    transport = app.connection_for_write().transport
    return (OperationalError, OSError, *transport.connection_errors, *transport.channel_errors)
