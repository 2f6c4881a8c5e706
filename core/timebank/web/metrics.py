"""Figures for operators, in the Prometheus text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


class Metrics:
    """The figures of one application; no global registry, so two applications in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("route", "method")
        self._requests = Counter(
            "timebank_requests_total", "Requests answered", (*labels, "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "timebank_request_seconds", "Time to answer", labels, registry=self.registry
        )

    def seen(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)

    def text(self) -> bytes:
        """Return all figures."""
        return generate_latest(self.registry)
