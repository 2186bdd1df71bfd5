"""Counts for Prometheus."""

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

if TYPE_CHECKING:
    from bayling.serve.queue import Queue

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
TEXTS = (1, 2, 4, 8, 16, 32)


class Metrics:
    """One server's."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "bayling_requests", "Requests answered.", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "bayling_request_seconds", "Time to the end of the answer.", ("route",), registry=self.registry, buckets=SECONDS
        )  # fmt: skip
        self.batch = Histogram(
            "bayling_batch_texts", "Texts that the engine was asked at once.", registry=self.registry, buckets=TEXTS
        )  # fmt: skip
        self.engine_seconds = Counter(
            "bayling_engine_seconds", "Time that the engine was busy.", registry=self.registry
        )

    def watch(self, queue: "Queue") -> None:
        """Show the length of a queue."""
        inside = Gauge("bayling_requests_inside", "Requests under way.", registry=self.registry)
        inside.set_function(lambda: len(queue.inside))
        waiting = Gauge("bayling_texts_waiting", "Texts that wait for the engine.", registry=self.registry)
        waiting.set_function(lambda: queue.waiting)

    def count_request(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request under its route; all that is no route counts as one."""
        route = getattr(scope.get("route"), "path", "none")
        self.requests.labels(route, status).inc()
        self.seconds.labels(route).observe(seconds)

    def count_asked(self, texts: int, seconds: float) -> None:
        """Count one call of the engine."""
        self.batch.observe(texts)
        self.engine_seconds.inc(seconds)

    def text(self) -> bytes:
        """All, as Prometheus reads it."""
        return generate_latest(self.registry)
