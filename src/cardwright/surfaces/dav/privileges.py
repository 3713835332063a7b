"""Who may do what, as access control says it (RFC 3744): nobody can change it here, so it is the same for all.

What somebody may do follows from the token and from the kind of place: a read-only token reads, a system-created
contact is read-only to everyone (DV-4), campaigns are the operator's to remove (DV-19).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.surfaces.dav.names import XML_LANG, D
from cardwright.surfaces.dav.places import BookPlace, CardPlace, Home
from cardwright.surfaces.dav.xml_writing import attributes, element, escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.surfaces.dav.resource import Resource

_READ: Final = ("read", "read-acl", "read-current-user-privilege-set")
_WRITE: Final = {
    CardPlace: ("write", "write-content"),
    BookPlace: ("write", "write-properties", "write-content", "bind", "unbind"),
    Home: ("bind",),
}
"""What who may write has beside, by the kind of place. `write` holds the three that stand after it at a book."""
_DESCRIBED: Final = {
    "all": "Everything",
    "read": "See it and what it holds",
    "read-acl": "See who may do what",
    "read-current-user-privilege-set": "See what one may do",
    "write": "Change it and what it holds",
    "write-properties": "Change its properties",
    "write-content": "Change its content",
    "bind": "Add to it",
    "unbind": "Remove from it",
}
_TREE: Final[dict[str, tuple[str, ...]]] = {
    "all": (*_READ, "write"),
    "write": ("write-properties", "write-content", "bind", "unbind"),
}
"""What each privilege holds (section 3.12); `all` is abstract: nobody is given it as such."""
_ENGLISH: Final = attributes([(XML_LANG, "en")])


def current_user_privilege_set(resource: Resource) -> str:
    """Return the privileges of who asks (section 5.4)."""
    return _privileges(_granted(resource))


def acl(resource: Resource) -> str:
    """Return the access control list: one entry, which nobody can change, for the account (section 5.5)."""
    principal = element(f"{D}href", escaped(resource.around.principal))
    entry = element(f"{D}principal", principal) + element(f"{D}grant", _privileges(_granted(resource)))
    return element(f"{D}ace", entry + element(f"{D}protected"))


def _granted(resource: Resource) -> tuple[str, ...]:
    return _READ if resource.is_read_only else (*_READ, *_WRITE.get(type(resource.place), ()))


def _privileges(names: Iterable[str]) -> str:
    return "".join([element(f"{D}privilege", element(D + name)) for name in names])


def _supported(name: str) -> str:
    abstract = element(f"{D}abstract") if name == "all" else ""
    inside = "".join([_supported(held) for held in _TREE.get(name, ())])
    description = element(f"{D}description", escaped(_DESCRIBED[name]), _ENGLISH)
    return element(f"{D}supported-privilege", _privileges([name]) + abstract + description + inside)


SUPPORTED: Final = _supported("all")
"""The content of `supported-privilege-set` (section 5.3), the same everywhere."""
ACL_RESTRICTIONS: Final = element(f"{D}grant-only") + element(f"{D}no-invert")
"""The content of `acl-restrictions` (section 5.6)."""
