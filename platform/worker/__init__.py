"""One job, many processes: the pipeline's steps as tasks that workers take from queues."""

from .broker import Broker, make_app
from .client import absolute, follow_job, start_job
from .tasks import NIGHTLY, PERSON, QUEUES, Order

__all__ = [
    "NIGHTLY",
    "PERSON",
    "QUEUES",
    "Broker",
    "Order",
    "absolute",
    "follow_job",
    "make_app",
    "start_job",
]
