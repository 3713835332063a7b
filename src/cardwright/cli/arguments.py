"""Arguments and options that several commands have, each with its help."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from cyclopts import Parameter

from cardwright.settings import DATA

__all__ = ["DATA", "CampaignId", "ContactId", "Data", "Json", "PartnerId", "Sid", "UserId"]

Sid: TypeAlias = Annotated[str, Parameter(help="The account's SID.")]
CampaignId: TypeAlias = Annotated[str, Parameter(help="The campaign's id.")]
ContactId: TypeAlias = Annotated[str, Parameter(help="The contact's id, such as 7 or M1.")]
PartnerId: TypeAlias = Annotated[str, Parameter(help="The partner account's id.")]
UserId: TypeAlias = Annotated[str, Parameter(help="The user's id.")]
Data: TypeAlias = Annotated[
    str, Parameter(help="Where the data lives: a folder, made on first use, or a `postgresql://` address.")
]
Json: TypeAlias = Annotated[bool, Parameter(negative="", help="Print one JSON document.")]
