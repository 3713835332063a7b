"""The photo of a contact's form: one that was chosen is not to be chosen again when the form comes back (CW-42)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book import kept_uploads
from cardwright.errors import Fault, InvalidError, NotFoundError, Rule
from cardwright.limits import PHOTO_SIZE
from cardwright.photo.faults import too_large
from cardwright.surfaces.console.page import Sent
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from cardwright.book.images import Image
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.console.page import Answer, Request

KEPT: Final = "/campaigns/{c}/kept-photo/{name}"


class ChosenPhoto(NamedTuple):
    """What the form says of the photo."""

    image: Image | None = None
    file_name: str = ""
    name: str = ""
    """Under which it is kept; nothing while it is not."""
    removes: bool = False
    """Whether the contact is to have none."""


NOTHING: Final = ChosenPhoto()


async def chosen(request: Request, faults: list[Fault]) -> ChosenPhoto:
    """Return the photo that was chosen now, or kept from before; what is wrong with it is added to the faults."""
    name, upload = request.form.get("kept"), request.form.file("photo")
    if upload is None:
        if request.form.get("remove-photo"):
            return ChosenPhoto(name=name, removes=True)
        return await _kept(request, name, faults) if name else NOTHING
    if not upload.data:
        faults.append(Fault("photo", Rule.PHOTO_UNREADABLE, text("form.empty-photo")))
        return NOTHING
    try:
        if len(upload.data) > PHOTO_SIZE.value:  # it need not be read for that
            raise too_large()
        image = await request.parts.images.accept(request.account.sid, upload.data)
    except InvalidError as error:
        faults += [fault._replace(field="photo") for fault in error.faults]
        return NOTHING
    await forget(request, name)
    return ChosenPhoto(image, upload.file_name)


async def keep(request: Request, photo: ChosenPhoto, stored: StoredContact | None) -> ChosenPhoto:
    """Keep a photo that is not kept yet, because the form comes back; one that is to be removed goes."""
    if photo.image is None:
        await forget(request, photo.name)
        return photo._replace(name="")
    if photo.name:
        return photo
    number = stored.number if stored else 0
    store, place = request.parts.store.uploads, request.place
    name = await kept_uploads.keep(store, request.account, place, number, photo.file_name, photo.image)
    return photo._replace(name=name)


async def hand_over(request: Request, name: str, stored: StoredContact) -> None:
    """Have a photo that was saved go with its contact; the form may be on its way a second time (CW-43)."""
    if name:
        store = request.parts.store.uploads
        await kept_uploads.hand_over(store, request.account, request.place, stored.number, name)


async def forget(request: Request, name: str) -> None:
    """Let go of a photo, because another was chosen, or none."""
    if name:
        await kept_uploads.forget(request.parts.store.uploads, request.account, name)


async def preview(request: Request) -> Answer:
    """Send a photo that is kept as it will be shown: the server's own JPEG, upright (CW-45)."""
    upload = await kept_uploads.find(request.parts.store.uploads, request.account, request.values["name"])
    if upload is None:
        raise NotFoundError("there is no such photo")
    return Sent(upload.image.small, "image/jpeg")


async def _kept(request: Request, name: str, faults: list[Fault]) -> ChosenPhoto:
    upload = await kept_uploads.find(request.parts.store.uploads, request.account, name)
    if upload is None:
        faults.append(Fault("photo", Rule.PHOTO_UNREADABLE, text("form.photo-over")))
        return NOTHING
    return ChosenPhoto(upload.image, upload.file_name, name)
