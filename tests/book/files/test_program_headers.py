"""A sample of what each known program writes, in each language that it writes it in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cardwright import vcard
from cardwright.book.cleaning import cleaned
from cardwright.book.files.header_finder import find_header
from cardwright.book.files.headers import programs
from cardwright.book.files.reading import read
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES = Path(__file__).parents[2] / "corpus" / "tables"
OUTLOOK = Contact(
    Name("Jo", "Öst", "Ma", "Dr.", "Jr."),
    "Nord AB",
    "Chief",
    "tall",
    phones=(Phone("7700900111"), Phone("7700900112"), Phone("7700900113", "mobile"), Phone("7700900114", "fax")),
    emails=(Email("jo@example.com"), Email("jo2@example.com")),
    addresses=(
        Address("1 Way\nFloor 2", "work", "Lund", "Skåne", "221 00", "SE", "99"),
        Address("2 Lane", "home", "Ystad"),
    ),
    websites=(Website("https://example.com"),),
    labels=("a", "b"),
)
OUTLOOK_BEYOND = {"BDAY": "19801224", "ORG": ("", "Sales"), "RELATED": "Kim"}
OUTLOOK_LANGUAGES = ("en", "de", "fr", "es", "it", "pt-BR", "pt-PT", "nl", "ja")
Sample = tuple[str, str, str, Contact, dict[str, object], str]
PLAIN = Contact(
    Name("Ada", "Fen"),
    "Mill",
    "Head",
    phones=(Phone("1"), Phone("2", "mobile"), Phone("3", "fax")),
    emails=(Email("a@example.com"),),
    websites=(Website("https://a.example.com"),),
    labels=("VIP",),
)
PLAIN_BEYOND: dict[str, object] = {"BDAY": "19800304"}
FLOUR = {"ORG": ("", "Flour")}
BY_HAND = "a table made by hand"
"""What people call their columns, in the languages of the header files, other columns among them."""
THUNDERBIRD = Contact(
    Name("Ada", "Fen"),
    "Mill",
    "Head",
    "tall",
    phones=(Phone("1"), Phone("2", "home"), Phone("3", "fax"), Phone("4", "pager"), Phone("5", "mobile")),
    emails=(Email("a@example.com"), Email("b@example.com", "other")),
    addresses=(
        Address("Lane 1\nFlat 2", "home", "Ely", "Cambs", "CB7", "UK"),
        Address("Mill 2", "work", "Rye"),
    ),
    websites=(Website("https://a.example.com", "work"), Website("https://b.example.com", "home")),
)
THUNDERBIRD_BEYOND = {"BDAY": "19800304", "NICKNAME": ("Addy",), "ORG": ("", "Flour"), "X-CUSTOM1": "x"}
SAMPLES: Sequence[Sample] = (
    *[
        (BY_HAND, file, f"plain-{file}", PLAIN._replace(**said), PLAIN_BEYOND | beyond, f"not used: '{unused}'; --map")
        for file, said, beyond, unused in [
            (
                "de",
                {
                    "name": Name("Ada", "Fen", prefix="Dr."),
                    "organization": "Mühle",
                    "title": "Leiterin",
                    "note": "groß",
                    "addresses": (Address("Weg 1", "work", "Bonn", postal_code="53113", country="DE"),),
                },
                {"ORG": ("", "Mehl")},
                "Kundennummer",
            ),
            (
                "fr",
                {
                    "name": Name("Ada", "Fen", prefix="Dr."),
                    "note": "grande",
                    "addresses": (Address("Lane 1\nFlat 2", "work", "Paris", postal_code="75001", country="FR"),),
                },
                FLOUR,
                "Code",
            ),
            (
                "es",
                {"note": "alta", "addresses": (Address("Lane 1", "work", "Madrid", "Madrid", "28001", "ES"),)},
                {},
                "NIF",
            ),
            (
                "it",
                {
                    "title": "",
                    "note": "alta",
                    "addresses": (Address("Via 1", "work", "Roma", "RM", "00100", "IT"),),
                },
                {"ROLE": "Miller"},
                "P.IVA",
            ),
            (
                "pt",
                {"note": "alta", "addresses": (Address("Rua 1", "work", "Recife", "PE", "01000", "BR"),)},
                FLOUR,
                "CPF",
            ),
            (
                "nl",
                {
                    "name": Name("Ada", "Fen", "van der"),
                    "note": "lang",
                    "addresses": (Address("Weg 1", "work", "Delft", postal_code="1011AB", country="NL"),),
                },
                FLOUR,
                "Lidnummer",
            ),
        ]
    ],
    *[
        ("Thunderbird", language, f"thunderbird-{language}", THUNDERBIRD, THUNDERBIRD_BEYOND | screen_name, "")
        for language, screen_name in [("de", {"IMPP": "im:addy"}), ("fr", {"IMPP": "im:addy"}), ("nl", {})]
    ],
    *[
        ("Outlook", language, f"outlook-{language.lower()}", OUTLOOK, OUTLOOK_BEYOND, "")
        for language in OUTLOOK_LANGUAGES
    ],
    ("Outlook", "fr", "outlook-fr-newer", OUTLOOK, OUTLOOK_BEYOND, ""),
    (
        "Salesforce",
        "en",
        "salesforce-export",
        Contact(
            Name("Ada", "Fen", prefix="Dr."),
            title="Head",
            note="tall",
            phones=(Phone("1"), Phone("2", "fax"), Phone("3", "mobile"), Phone("4", "home")),
            emails=(Email("a@example.com"),),
            addresses=(
                Address("Mill 2", "other", "Rye", "Sussex", "8", "UK"),
                Address("Lane 1", "work", "Ely", "Cambs", "7", "UK"),
            ),
        ),
        {"BDAY": "19800304", "RELATED": "Bo", "X-ABLabel": "_$!<Assistant>!$_", "ORG": ("", "Flour")},
        "'Id', 'AccountId', 'OwnerId'",
    ),
    (
        "Google Contacts",
        "en",
        "google-before-2024",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            "Head",
            "tall",
            phones=(Phone("1", "mobile"), Phone("2", "mobile")),
            emails=(Email("a@example.com"),),
            addresses=(Address("Lane 1", "home", "Bonn", po_box="77"),),
            websites=(Website("https://a.example.com"),),
            labels=("myContacts", "Family"),
        ),
        {
            "BDAY": "--0304",
            "NICKNAME": ("Addy", "Ad"),
            "ORG": ("", "Flour"),
            "GENDER": ("F",),
            "ROLE": "Miller",
            "IMPP": "skype:ada.fen",
            "RELATED": "Bo",
        },
        "'Yomi Name', 'Initials', 'Organization 1 - Type'",
    ),
    (
        "Google Contacts",
        "en",
        "google-2024",
        Contact(
            Name("Ada", "Fen", prefix="Dr."),
            "Mill",
            "Head",
            "tall",
            phones=(Phone("1"),),
            emails=(Email("a@example.com", "home"),),
            addresses=(Address("Lane 1", "home"),),
            labels=("myContacts",),
        ),
        {
            "X-PHONETIC-FIRST-NAME": "eida",
            "NICKNAME": ("Addy",),
            "ORG": ("", "Flour"),
            "BDAY": "19800304",
            "ANNIVERSARY": "20100626",
        },
        "'File As', 'Photo', 'Custom Field 1 - Label', 'Custom Field 1 - Value'",
    ),
    (
        "Thunderbird",
        "en",
        "thunderbird",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            "Head",
            "tall",
            phones=(Phone("1"), Phone("2", "home"), Phone("3", "fax"), Phone("4", "pager"), Phone("5", "mobile")),
            emails=(Email("a@example.com"), Email("b@example.com", "other")),
            addresses=(Address("Lane 1\nFlat 2", "home", "Ely", "Cambs", "CB7", "UK"),),
            websites=(Website("https://a.example.com", "work"), Website("https://b.example.com", "home")),
        ),
        {
            "BDAY": "19800304",
            "NICKNAME": ("Addy",),
            "ORG": ("", "Flour"),
            "X-CUSTOM1": "x",
            "IMPP": "im:addy",
        },
        "",
    ),
    (
        "Yahoo Address Book",
        "en",
        "yahoo",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            "Head",
            phones=(Phone("1", "home"), Phone("2"), Phone("3", "mobile")),
            emails=(Email("a@example.com"), Email("b@example.com", "other")),
            addresses=(Address("Lane 1", "work", "Ely", postal_code="7"),),
            websites=(Website("https://a.example.com", "work"),),
            labels=("x",),
        ),
        {"BDAY": "2/30/1980", "IMPP": "skype:ada"},
        "is kept as text",
    ),
    (
        "LinkedIn",
        "en",
        "linkedin",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            "Head, Flour",
            emails=(Email("a@example.com"),),
            websites=(Website("https://example.com/in/a", "linkedin"),),
        ),
        {},
        "lines above the header are left out: 'Notes:', '\"Some of the addresses', 'may be missing.\"'",
    ),
    (
        "HubSpot",
        "en",
        "hubspot",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            "Head",
            phones=(Phone("1"),),
            emails=(Email("a@example.com"), Email("b@example.com", "other"), Email("c@example.com", "other")),
            addresses=(Address("Lane 1", "work", "Ely", "Cambs", "7", "UK"),),
        ),
        {},
        "'Record ID', 'Contact owner', 'Lead Status', 'Associated Company'; --map",
    ),
    (
        "Salesforce",
        "en",
        "salesforce",
        Contact(
            Name("Ada", "Fen", prefix="Dr."),
            "Mill",
            "Head",
            phones=(Phone("1"), Phone("2", "fax"), Phone("3", "mobile")),
            emails=(Email("a@example.com"),),
            addresses=(Address("Lane 1", "work", "Ely", "Cambs", "7", "UK"),),
        ),
        {"BDAY": "19800304", "RELATED": "Bo", "X-ABLabel": "_$!<Assistant>!$_"},
        "'Account Owner'",
    ),
    (
        "Pipedrive",
        "en",
        "pipedrive",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            "Head",
            phones=(Phone("1"), Phone("2", "mobile")),
            emails=(Email("a@example.com"), Email("b@example.com", "home")),
            addresses=(Address("", "work", "Ely"),),
            labels=("Hot",),
        ),
        {},
        "'Person - ID', 'Person - Owner'; --map",
    ),
    (
        "Zoho CRM",
        "en",
        "zoho",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            "Head",
            "tall",
            phones=(Phone("1"), Phone("2", "home"), Phone("3", "mobile")),
            emails=(Email("a@example.com"), Email("b@example.com", "other")),
            addresses=(Address("Lane 1", "work", "Ely", "Cambs", "7", "UK"),),
        ),
        {"BDAY": "19800304", "ORG": ("", "Flour"), "IMPP": "skype:ada"},
        "'Contact Owner'",
    ),
    (
        "Mailchimp",
        "en",
        "mailchimp",
        Contact(
            Name("Ada", "Fen"),
            note="tall",
            phones=(Phone("1"),),
            emails=(Email("a@example.com"),),
            addresses=(Address("Lane 1, Ely", "work"),),
            labels=("VIP", "Blog"),
        ),
        {"BDAY": "--0304"},
        "'MEMBER_RATING', 'OPTIN_TIME', 'REGION'; --map",
    ),
    (
        "Cardwright",
        "en",
        "cardwright",
        Contact(
            Name("Ada", "Fen"),
            title="Head",
            phones=(Phone("8051234567", "work", "US"),),
            emails=(Email("a@example.com"),),
            labels=("a", "b"),
        ),
        {
            "NICKNAME": ("Addy",),
            "ORG": ("", "Flour", "Rye"),
            "IMPP": "xmpp:a@b",
            "RELATED": "Bo",
            "X-ABLabel": "twin",
        },
        "",
    ),
    (
        "an exporter of iCloud's contacts",
        "en",
        "icloud-exporter",
        Contact(
            Name("Ada", "Fen"),
            "Mill",
            note="tall",
            phones=(Phone("1", "mobile"), Phone("2", "mobile")),
            emails=(Email("a@example.com", "home"), Email("b@example.com")),
            addresses=(Address("Lane 1", "home", "Ely", postal_code="7"),),
        ),
        {"BDAY": "19800304"},
        "",
    ),
)


@pytest.mark.parametrize("sample", SAMPLES, ids=[file for _, _, file, *_ in SAMPLES])
def test_what_a_program_writes_comes_in_whole(sample: Sample) -> None:
    _, _, file, contact, beyond, told = sample
    (row,) = map(cleaned, read(io.BytesIO((TABLES / f"{file}.csv").read_bytes()), {}))
    assert (row.contact, row.fault) == (contact, "")
    properties = next(vcard.read(row.unmodelled)).properties if row.unmodelled else []
    assert {entry.name: entry.value for entry in properties} == beyond
    assert told in "; ".join(row.warnings)
    assert bool(told) == bool(row.warnings)


def test_every_header_file_has_a_sample_and_names_its_source() -> None:
    sampled = {(name, language) for name, language, *_ in SAMPLES}
    assert {(one.name, one.language) for one in programs()} <= sampled
    assert all(one.source for one in programs())


HEADERS = {
    "accents are left out": ("NOM;PRENOM;TELEPHONE;SOCIETE", "name first phone.work organization"),
    "in another language": ("Nombre;Apellidos;Telefono;Movil;Poblacion", "name last phone.work phone.mobile locality"),
    "kana are no letters with accents": ("姓;名;か;が", "last first - -"),
    "one language completes the other's program": (
        "Mobil;Telefon privat;Telefon geschäftlich;Vorname;Nachname",
        "phone.mobile phone.home phone.work first last",
    ),
    "no word of another language does": ("First Name;Last Name;Telefon", "first last -"),
    "a title says more than how somebody is greeted": ("Anrede;Titel;Vorname;Nachname", "- prefix first last"),
    "how somebody is greeted, alone": ("Anrede;Vorname;Nachname", "prefix first last"),
    "a part of a country": ("Nombre;Apellidos;Ciudad;Estado", "name last locality region"),
    "or of an order": ("Nombre;Apellidos;Estado", "name last -"),
    "the same in Portuguese": ("Nome;Telefone;Estado", "name phone.work -"),
    "a street": ("Nome;Cognome;Via;Città", "name last street locality"),
    "or how somebody came": ("Nome;Cognome;Via", "name last -"),
    "a department": ("Prénom;Nom;Société;Service", "first last organization department"),
    "or what is bought": ("Prénom;Nom;Téléphone;Service", "first name phone.work -"),
    "a last name in Portugal": ("Nome;Apelido;Telemóvel;Morada", "name last phone.mobile street"),
    "a nickname in Brazil": ("Nome;Apelido;Telefone;Celular", "name - phone.work phone.mobile"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_word_goes_where_the_words_beside_it_say_or_is_told(case: str) -> None:
    header, where = HEADERS[case]
    found = find_header([header], {})
    said = []
    for one in found.destinations:
        part = one.label if one and one.field == "phone" else one.part if one and one.field == "address" else ""
        said.append("-" if one is None else part if one.field == "address" else f"{one.field}.{part}".rstrip("."))
    assert " ".join(said) == where
    assert len(found.unused) == where.count("-")
