"""Texts of P2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "campaigns.title": "Campaigns",
    "campaigns.name": "Name",
    "campaigns.id": "Id",
    "campaigns.none": "No campaigns yet",
    "campaigns.none-help": "A campaign is an address book of the account. One is made on the server, by a command:",
    "campaigns.server": "On the server",
    "campaigns.server-help": "Campaigns, partner accounts and their users are made by commands on the server:",
    "campaigns.command-campaign": "cardwright campaign add {sid} 2000 'Second campaign'",
    "campaigns.command-partner": "cardwright partner add {sid} 20000 'Second partner'",
    "campaigns.command-user": (
        "cardwright partner user add {sid} 20000 --first Wile --last Coyote --email wile@example.com"
    ),
}
