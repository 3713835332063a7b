"""The table of metrics as Prometheus reads it: its text format, or OpenMetrics."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from cardwright import __version__
from cardwright.metrics import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric as Family

    from cardwright.metrics import Metric


def write(accept: str, *, store_is_up: bool) -> tuple[bytes, str]:
    """Return the text and its media type."""
    registry = CollectorRegistry()
    registry.register(_Table(store_is_up=store_is_up))
    encoder, media_type = choose_encoder(accept)
    return encoder(registry), media_type


class _Table(Collector):
    def __init__(self, *, store_is_up: bool) -> None:
        self._store_is_up = store_is_up

    def collect(self) -> Iterator[Family]:
        """Yield what is known now. What was never counted has no line, unless it has no labels."""
        yield InfoMetricFamily("cardwright", "The version that runs.", value={"version": __version__})
        yield GaugeMetricFamily("cardwright_store_up", "1 while the store can be read and written.", self._store_is_up)
        for metric in TABLE:
            yield _family(metric)


def _family(metric: Metric) -> Family:
    seen = [(labels, numbers) for labels, numbers in metric.values() if any(numbers) or not labels]
    if metric.kind == "histogram":
        histogram = HistogramMetricFamily(metric.name, metric.what, labels=metric.labels)
        for labels, numbers in seen:
            bounds = [*(f"{bound:g}" for bound in metric.bounds), "+Inf"]
            buckets = list(zip(bounds, accumulate(numbers[:-1]), strict=True))
            histogram.add_metric(_texts(labels), buckets, numbers[-1])
        return histogram
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = kind(metric.name, metric.what, labels=metric.labels)
    for labels, (number,) in seen:
        family.add_metric(_texts(labels), number)
    return family


def _texts(labels: tuple[str | int, ...]) -> list[str]:
    return [str(label) for label in labels]
