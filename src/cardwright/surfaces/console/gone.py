"""A contact that is not there any more: what became of it, and where its address leads (CW-44, CW-58)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from cardwright.book.contacts import parsed
from cardwright.errors import NotFoundError
from cardwright.surfaces.console.page import Redirect

if TYPE_CHECKING:
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.console.page import Answer, Handler, Request


class Gone(NamedTuple):
    """What became of a contact."""

    how: Literal["deleted", "merged", "erased", "left"]
    """`left`: it followed a partner user, who was removed."""
    was: StoredContact | None
    """What it was; None once that is erased."""
    into: str = ""
    """The id of the contact that it was merged into."""

    @property
    def can_return(self) -> bool:
        """Whether its form can bring it back."""
        return self.how == "deleted"


async def gone(request: Request, *, had_form: bool) -> Gone:
    """Return what became of the contact of the path; NotFoundError where there was none.

    Of an erased one nothing says that it was there but the form of it that somebody has open.
    """
    try:
        was, into = await as_it_was(request), await merged_into(request)
    except NotFoundError:
        if not had_form:
            raise
        return Gone("erased", None)
    if was.system:
        return Gone("left", was)
    return Gone("merged", was, into) if into else Gone("deleted", was)


async def merged_into(request: Request) -> str | None:
    """Return the id of the contact that the one of the path was merged into; None for one that was not."""
    number, system = parsed(request.values["id"])
    into = None if system else await request.parts.store.merges.into(request.place, number)
    return None if into is None else str(into)


async def as_it_was(request: Request) -> StoredContact:
    """Return the contact of the path as it was before it was deleted or merged; NotFoundError for one that was not."""
    number, system = parsed(request.values["id"])
    (latest,) = await request.parts.store.changes.of(request.place, number, 1)
    if latest.kind != "deleted" or not latest.before or latest.before.system != system:
        raise NotFoundError(f"there is no contact {request.values['id']}")
    return latest.before


def following(template: str, handler: Handler) -> Handler:
    """Return a handler of this path that leads to the contact into which the one that is asked for was merged."""

    async def answer(request: Request) -> Answer:
        try:
            return await handler(request)
        except NotFoundError:
            if into := await merged_into(request):
                return Redirect(request.url(template, id=into, **request.query))
            raise

    return answer
