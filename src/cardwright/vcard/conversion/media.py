"""Media types of inline data: `TYPE=JPEG` in 2.1 and 3.0 (RFC 2426 section 3.1.4), `image/jpeg` in 4.0."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.vcard.model import Parameters

_TOKENS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "image/heic": "HEIC",
    "audio/basic": "BASIC",
    "audio/wav": "WAVE",
    "audio/mpeg": "MP3",
    "application/pgp-keys": "PGP",
    "application/pkix-cert": "X509",
}
_MEDIA_TYPES: Final = {token: media_type for media_type, token in _TOKENS.items()} | {"JPG": "image/jpeg"}
_SIGNATURES: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
_PLACES: Final = frozenset({"home", "work", "pref"})
_FORM: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")  # RFC 6838 section 4.2


def token(media_type: str, family: str) -> str:
    """Return what 2.1 and 3.0 write for the media type of a property's data: a format, else the subtype in capitals.

    Where the property's data are usually of another `family`, the media type is written whole.
    """
    its_family, _, subtype = media_type.partition("/")
    if family and its_family != family:
        return media_type
    return _TOKENS.get(media_type) or (subtype.upper() if family else media_type)


def family(name: str) -> str:
    """Return what stands before the slash of the media types of a property's data; `""` where that may be anything."""
    return {"PHOTO": "image", "LOGO": "image", "SOUND": "audio", "KEY": "application"}.get(name.upper(), "")


def recognize(image: bytes) -> str:
    """Return the media type that an image is of by its first octets, `""` for none that is known."""
    return next((media_type for start, media_type in _SIGNATURES.items() if image.startswith(start)), "")


def split(params: Parameters, family: str = "") -> tuple[str, Parameters]:
    """Return the media type that `params` name, in lower case, `""` if none, and the other parameters.

    MEDIATYPE says it, or a TYPE that is a format (JPEG) or a media type; TYPE=WORK is none and stays. With a `family`
    an unknown TYPE is a format of that family too, as it is in 2.1 and 3.0.
    """
    media_type = ""
    rest = []
    for name, *values in params:
        if name.upper() == "MEDIATYPE" and values:
            media_type = _media_type(values[0]) or media_type
        elif name.upper() == "TYPE":
            formats = [value for value in values if _media_type(value, family)]
            media_type = media_type or (_media_type(formats[0], family) if formats else "")
            rest.append((name, *(value for value in values if value not in formats)))
        else:
            rest.append((name, *values))
    return media_type, tuple(param for param in rest if len(param) > 1)


def _media_type(text: str, family: str = "") -> str:
    text = text.lower()
    if _FORM.fullmatch(text):
        return text
    known = _MEDIA_TYPES.get(text.upper(), "")
    if known or not family or text in _PLACES:
        return known
    return match[0] if (match := _FORM.fullmatch(f"{family}/{text}")) else ""
