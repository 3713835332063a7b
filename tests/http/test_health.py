"""`/readyz`: what it says, and how seldom it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import falcon.asgi
import pytest

from cardwright.errors import StoreError
from cardwright.http.health import Ready

if TYPE_CHECKING:
    from collections.abc import Iterator


class Store:
    """Answers, or raises, what is next in its list; counts how often it was asked."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes: Iterator[Exception | None] = iter(outcomes)
        self.now = 0.0
        self.ready = Ready(self.ask, lambda: self.now)

    async def ask(self) -> None:
        outcome = next(self.outcomes)
        if outcome:
            raise outcome

    async def answer(self) -> tuple[Any, Any]:
        response = falcon.asgi.Response()
        await self.ready.on_get(None, response)  # type: ignore[arg-type] - it looks at nothing of the request
        return response.status, response.media


READY = ("200 OK", {"status": "ready"})
NOT_READY = ("503 Service Unavailable", {"status": "not ready"})


async def test_the_store_is_asked_once_a_second_at_most() -> None:
    store = Store(None, StoreError("is held by process 7"), None)
    said = []
    for store.now in (0, 0.5, 0.9, 1, 1.5, 1.9, 2, 2.9):
        said.append(await store.answer())
    assert said == [READY] * 3 + [NOT_READY] * 3 + [READY] * 2


@pytest.mark.parametrize("fault", [StoreError("/srv/cards is damaged"), UnicodeError("private")])
async def test_a_store_that_fails_is_not_ready_and_the_answer_says_no_more(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert await Store(fault).answer() == NOT_READY
    assert bool(caplog.records) == (not isinstance(fault, StoreError))
