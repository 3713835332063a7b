"""The createcontact job as it is usually written in FastAPI: pydantic models, a dependency for the key, vobject."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from typing import Annotated, Any, Literal

import vobject
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import APIKeyHeader
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints, model_validator

KEYS = {os.environ["API_KEY"]: "account"}
NAME = re.compile(r"(?:[^\W_]|[. \u3000])*")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
MOST_ITEMS = 4
LABEL_LENGTH = 100

app = FastAPI(openapi_url=None)
header = APIKeyHeader(name="x-api-key")


def name_characters(text: str) -> str:
    """CC-5."""
    if not NAME.fullmatch(text):
        raise ValueError("only letters, digits, space and period")
    return text


def no_control(text: str) -> str:
    """CC-6."""
    if CONTROL.search(text):
        raise ValueError("control characters")
    return text


def no_control_but_lines(text: str) -> str:
    """CC-6, for texts of several lines."""
    if CONTROL_BUT_LINES.search(text):
        raise ValueError("control characters")
    return text


def first_four(key: str) -> BeforeValidator:
    """CC-7 and CC-12: items without a value are left out, the fifth and later ignored."""

    def cut(items: object) -> object:
        if not isinstance(items, list):
            return items or []
        return [item for item in items if not isinstance(item, dict) or item.get(key)][:MOST_ITEMS]

    return BeforeValidator(cut)


def lower(label: object) -> object:
    """CC-8 and CC-9: any case, empty is work."""
    return (label.lower() or "work") if isinstance(label, str) else label or "work"


def stripped(most: int) -> StringConstraints:
    """Trim, and allow no more characters than that."""
    return StringConstraints(strip_whitespace=True, max_length=most)


NameText = Annotated[str, stripped(255), AfterValidator(name_characters)]
Line = Annotated[str, stripped(255), AfterValidator(no_control)]
Text = Annotated[str, stripped(255), AfterValidator(no_control_but_lines)]
Note = Annotated[str, stripped(10_000), AfterValidator(no_control_but_lines)]
Street = Annotated[str, stripped(1_000), AfterValidator(no_control_but_lines)]
Url = Annotated[str, stripped(2_048), AfterValidator(no_control)]
Place = Annotated[Literal["work", "home"], BeforeValidator(lower)]


class PhoneLabel(StrEnum):
    """CC-8."""

    WORK = "work"
    HOME = "home"
    MOBILE = "mobile"
    FAX = "fax"
    PAGER = "pager"
    MAIN = "main"
    OTHER = "other"


PHONE_TYPES = {PhoneLabel.MOBILE: "CELL"}


class Name(BaseModel):
    """CC-4: one of the two is needed."""

    first: NameText = Field("", alias="first-name")
    last: NameText = Field("", alias="last-name")
    suffix: Text = ""

    @model_validator(mode="after")
    def named(self) -> Name:
        """Refuse a name without first and last."""
        if not (self.first or self.last):
            raise ValueError("The first or last name for the vCard is required.")
        return self


class Phone(BaseModel):
    """One phone number."""

    number: Line
    label: Annotated[PhoneLabel, BeforeValidator(lower)] = PhoneLabel.WORK


class Email(BaseModel):
    """One address for mail."""

    id: Line
    label: Place = "work"


class Address(BaseModel):
    """One postal address."""

    address: Street
    label: Place = "work"


class Website(BaseModel):
    """One website."""

    url: Url
    label: Annotated[str, AfterValidator(no_control)] = "homepage"


class CreateContact(BaseModel):
    """The request."""

    action: Annotated[Literal["createcontact"], BeforeValidator(str.lower)]
    name: Name
    organization: Text = ""
    title: Text = ""
    note: Note = ""
    phone: Annotated[list[Phone], first_four("number")] = []
    email: Annotated[list[Email], first_four("id")] = []
    physical_address: Annotated[list[Address], first_four("address")] = Field([], alias="physical-address")
    website: Annotated[list[Website], first_four("url")] = []


async def account(key: Annotated[str, Depends(header)]) -> str:
    """CC-1."""
    if key not in KEYS:
        raise HTTPException(401, "unknown key")
    return KEYS[key]


@app.post("/api/v2")
async def createcontact(contact: CreateContact, _account: Annotated[str, Depends(account)]) -> Response:
    """Answer with the card."""
    return Response(
        card(contact).serialize(),
        media_type="text/vcard; charset=utf-8",
        headers={"content-disposition": "inline; filename=contact.vcf"},
    )


def card(contact: CreateContact) -> Any:  # noqa: ANN401  vobject has no types
    """CC-21 to CC-25, with vobject's own objects."""
    made, name = vobject.vCard(), contact.name
    made.add("n").value = vobject.vcard.Name(family=name.last, given=name.first, suffix=name.suffix)
    made.add("fn").value = " ".join(part for part in (name.first, name.last, name.suffix) if part)
    if contact.organization:
        made.add("org").value = [contact.organization]
    for key in ("title", "note"):
        if text := getattr(contact, key):
            made.add(key).value = text
    for phone in contact.phone:
        number = made.add("tel")
        number.value = phone.number
        if phone.label != PhoneLabel.OTHER:
            number.type_param = PHONE_TYPES.get(phone.label, phone.label.upper())
    for email in contact.email:
        address = made.add("email")
        address.value = email.id
        address.type_param = ["INTERNET", email.label.upper()]
    for place in contact.physical_address:
        address = made.add("adr")
        address.value = vobject.vcard.Address(street=place.address)
        address.type_param = place.label.upper()
    for number, site in enumerate(contact.website, 1):
        url, label = made.add("url"), made.add("x-ablabel")
        url.group = label.group = f"item{number}"
        url.value = site.url
        label.value = "_$!<HomePage>!$_" if site.label.lower() == "homepage" else site.label[:LABEL_LENGTH]
    return made
