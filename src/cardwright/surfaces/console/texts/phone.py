"""Texts of P11: phones and mail programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "phone.title": "Phone set-up",
    "phone.lead": "Phones and mail programs keep these contacts as an address book of theirs, both ways, by CardDAV.",
    "phone.server-heading": "Your server",
    "phone.server": "Server",
    "phone.user": "User name",
    "phone.all": "For one book",
    "phone.user-help": "With the user name each campaign is an address book of its own, with the second one all are in "
    "one. With {one} it is this campaign alone.",
    "phone.user-help-plain": "With the user name each campaign is an address book of its own, with the second one all "
    "are in one.",
    "phone.copy": "Copy {what}",
    "phone.insecure": "This page came by http. Most phones send a password by https alone, and it would be read on the "
    "way: put a proxy with a certificate in front of this server first.",
    "phone.password-heading": "A password for each phone",
    "phone.password-help": "It opens the address books and nothing else, and can be revoked alone when a phone is "
    "lost. What the phone changes has its name in the history.",
    "phone.name": "Name of the phone",
    "phone.make": "Make password",
    "phone.password-for": "Password for {name}",
    "phone.phones": "Phones",
    "phone.named": "Name",
    "phone.made-on": "Made",
    "phone.used": "Last used",
    "phone.may-read": "may read only",
    "phone.action": "Action",
    "phone.revoke": "Revoke",
    "phone.revoke-one": "Revoke {name} {id}",
    "phone.made": "The password for {name} is made",
    "phone.revoked": "The password for {name} is revoked",
    "phone.iphone": "iPhone",
    "phone.iphone-1": "Make a password above, and copy it.",
    "phone.iphone-2": "Open this page on the iPhone or iPad in Safari, and download the profile.",
    "phone.iphone-3": "In Settings, tap Profile Downloaded, then Install. The profile is not signed, so it is called "
    "Unverified.",
    "phone.iphone-4": "Enter the password when you are asked for it.",
    "phone.iphone-by-hand": "By hand: Settings, Apps, Contacts, Contacts Accounts, Add Account, Other, Add CardDAV "
    "Account; then the server, the user name and the password.",
    "phone.profile": "Download profile",
    "phone.mac": "Mac",
    "phone.mac-help": "Contacts on a Mac shows one address book of an account. This profile puts all campaigns into "
    "one: open it, and install it in System Settings, General, Device Management.",
    "phone.mac-profile": "Profile for a Mac",
    "phone.android": "Android",
    "phone.android-1": "Install DAVx⁵, from F-Droid or Google Play.",
    "phone.android-2": "Open this page on the phone, and follow the link: the server and the user name are filled in. "
    "By hand: the plus sign, Login with URL and user name.",
    "phone.android-3": "Enter the password, and choose “Groups are per-contact categories”: so labels are kept.",
    "phone.android-4": "Tick the address books that the phone shall have.",
    "phone.davx5": "Open in DAVx⁵",
    "phone.thunderbird": "Thunderbird",
    "phone.thunderbird-1": "Open the address book: New Address Book, Add CardDAV Address Book.",
    "phone.thunderbird-2": "Enter the user name and the server from above, then the password.",
    "phone.thunderbird-3": "Tick the address books that Thunderbird shall have.",
    "phone.profile-name": "Contacts of {account}",
    "phone.profile-says": "Adds the contacts of {account} by CardDAV. It asks for a password, and holds none.",
}
