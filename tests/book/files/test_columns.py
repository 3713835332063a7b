"""What the columns of known programs mean, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.files.cell_values import listed
from cardwright.book.files.cells import RowReader
from cardwright.book.files.formulas import protected, unprotected, unwrapped
from cardwright.book.files.header_finder import find_header
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.errors import InvalidError
from probing import at_most_linear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS = [
    # a program's header, a row under it, what the row says
    (
        """FirstName,LastName,EmailAddress,Title,WorkPhoneNumber,WorkPhoneNumberCountry,
        CellphoneNumber,CellphoneNumberCountry,Labels""",
        "Wile|Coyote|wile.coyote@example.com|Genius|8051234567|US|8059876543|US|Main Contact,Acme",
        Contact(
            Name("Wile", "Coyote"),
            title="Genius",
            phones=(Phone("8051234567", "work", "US"), Phone("8059876543", "mobile", "US")),
            emails=(Email("wile.coyote@example.com"),),
            labels=("Main Contact", "Acme"),
        ),
    ),
    (  # Google
        """First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,
        Address 1 - Label,Address 1 - Street,Address 1 - City,Organization Name,Website 1 - Value""",
        """Wile|E.|Coyote|Friends ::: * myContacts|* Work|a@example.com ::: b@example.com|Mobile|1|
        Home|Road 1|Tucson|Acme|https://example.com""",
        Contact(
            Name("Wile", "Coyote", "E."),
            "Acme",
            phones=(Phone("1", "mobile"),),
            emails=(Email("a@example.com", "work"), Email("b@example.com", "work")),
            addresses=(Address("Road 1", "home", "Tucson"),),
            websites=(Website("https://example.com"),),
            labels=("Friends", "myContacts"),
        ),
    ),
    (  # Outlook
        """Title,First Name,Last Name,Suffix,Company,Job Title,Business Street,Business City,Business Phone,
        Business Phone 2,Home Fax,Mobile Phone,Company Main Phone,E-mail Address,E-mail 2 Address,Categories""",
        "Mr.|Wile|Coyote|Jr.|Acme|Genius|Road 1|Tucson|1|2|3|4|5|a@example.com|b@example.com|x;y",
        Contact(
            Name("Wile", "Coyote", prefix="Mr.", suffix="Jr."),
            "Acme",
            "Genius",
            phones=(Phone("1"), Phone("2"), Phone("3", "fax"), Phone("4", "mobile"), Phone("5", "main")),
            emails=(Email("a@example.com"), Email("b@example.com")),
            addresses=(Address("Road 1", "work", "Tucson"),),
            labels=("x", "y"),
        ),
    ),
    (  # exporters of Apple's contacts
        "First name,Last name,Home Email,Work Email,Phone : mobile,Home Address City,Note",
        "Wile|Coyote|h@example.com|w@example.com|1|Tucson|hungry",
        Contact(
            Name("Wile", "Coyote"),
            note="hungry",
            phones=(Phone("1", "mobile"),),
            emails=(Email("h@example.com", "home"), Email("w@example.com", "work")),
            addresses=(Address("", "home", "Tucson"),),
        ),
    ),
    ("Full Name,unknown", "Wile E. Coyote|x", Contact(Name("Wile E.", "Coyote"))),
    ("Name,Emails", 'Wile|[{"address": "a@example.com", "label": "Acme"}]',
     Contact(Name("Wile"), emails=(Email("a@example.com", "Acme"),))),
    ("First Name,E-mail,Email", "Wile||a@example.com", Contact(Name("Wile"), emails=(Email("a@example.com"),))),
    (  # Google: a cell of several, one of them empty; and a row that ends before its columns do
        "First Name,Phone 1 - Type,Phone 1 - Value,Address 1 - Label,Address 1 - City",
        "'=Wile|Home|1 :::  ::: 2",
        Contact(Name("=Wile"), phones=(Phone("1", "home"), Phone("2", "home"))),
    ),
    (  # Google: the parts of several addresses, some of them without a city
        "First Name,Address 1 - Label,Address 1 - Street,Address 1 - City",
        "Wile|Home ::: Acme|Road 1 ::: Road 2 ::: Road 3|Tucson ::: ::: Yuma",
        Contact(
            Name("Wile"),
            addresses=(
                Address("Road 1", "home", "Tucson"),
                Address("Road 2", "Acme"),
                Address("Road 3", "home", "Yuma"),
            ),
        ),
    ),
    (  # the same where the last has neither street nor city: the mark that is left is no text
        "First Name,Address 1 - Label,Address 1 - Street,Address 1 - City",
        "Wile|Home :::|Road 1 :::|::: Tucson :::",
        Contact(Name("Wile"), addresses=(Address("Road 1", "home"), Address("", "home", "Tucson"))),
    ),
    (  # Excel, where somebody has made texts of numbers
        "First Name,Mobile Phone,Title",
        'Wile|="+49 30 1"|=""',
        Contact(Name("Wile"), phones=(Phone("+49 30 1", "mobile"),)),
    ),
    (  # Google: a fax is one wherever it stands
        "First Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
        "Wile|* Home Fax|1|Work Fax|2",
        Contact(Name("Wile"), phones=(Phone("1", "fax"), Phone("2", "fax"))),
    ),
    (  # Google: the preferred one, which has no label; and a home page
        "First Name,E-mail 1 - Type,E-mail 1 - Value,Website 1 - Label,Website 1 - Value",
        "Wile|* |a@example.com|Home Page|http\\://example.com",
        Contact(Name("Wile"), emails=(Email("a@example.com", "other"),), websites=(Website("http://example.com"),)),
    ),
    (  # Google: each of several values its own label
        "First Name,E-mail 1 - Label,E-mail 1 - Value",
        "Wile|* Home ::: Work|a@example.com ::: b@example.com ::: c@example.com",
        Contact(
            Name("Wile"),
            emails=(Email("a@example.com", "home"), Email("b@example.com"), Email("c@example.com", "home")),
        ),
    ),
    ("First Name,iPhone,Home Phone", "Wile|1|2",
     Contact(Name("Wile"), phones=(Phone("1", "mobile"), Phone("2", "home")))),
    (  # Outlook: a mailbox within Exchange is no address, and another is
        "First Name,E-mail Address,E-mail 2 Address,Job Title",
        "Wile|/O=ACME/OU=AG/CN=Recipients/CN=wile|wile@example.com|Genius",
        Contact(Name("Wile"), title="Genius", emails=(Email("wile@example.com"),)),
    ),
    ("First Name,E-mail 4 Address", "Wile|d@example.com", Contact(Name("Wile"), emails=(Email("d@example.com"),))),
    (  # columns of Google's shape that no number has
        "First Name,Phone 1 - Service,Phone 1 - City,Phone 1 - Value",
        "Wile|x|Tucson|1",
        Contact(Name("Wile"), phones=(Phone("1", "other"),)),
    ),
    # a column `Name` beside one for half of a name: the rest, as in German tables, or the whole
    ("Name,Vorname", "Coyote|Wile", Contact(Name("Wile", "Coyote"))),
    ("Name,First Name", "Wile Coyote|Wile", Contact(Name("Wile", "Coyote"))),
    ("Name,First Name", "Coyote, Wile|wile", Contact(Name("wile", "Coyote"))),
    ("Name,First Name", "Wile|Wile", Contact(Name("Wile"))),
    ("Name,First Name", "|Wile", Contact(Name("Wile"))),
    # what names nobody, as FN of a card
    ("Name,Email", "Wile@Example.com|wile@example.com", Contact(emails=(Email("wile@example.com"),))),
    ("Display Name,Primary Email,Secondary Email", "b@example.com|a@example.com|b@example.com",
     Contact(emails=(Email("a@example.com"), Email("b@example.com", "other")))),
    ("Name,Phone", "+1 2|+1 2", Contact(phones=(Phone("+1 2"),))),
    ("Name,Company", "Acme|Acme", Contact(organization="Acme")),
    ("Name,Last Name", "Wile|Coyote", Contact(Name("Wile", "Coyote"))),
    ("Name,Last Name", "Wile E. Coyote|Coyote", Contact(Name("Wile E.", "Coyote"))),
    ("Name,First Name,Last Name", "Roadie|Wile|", Contact(Name("Wile"))),
    # the names of our own export, of another program
    ("First Name,Emails", "Wile|a@example.com; b@example.com",
     Contact(Name("Wile"), emails=(Email("a@example.com"), Email("b@example.com")))),
    ("First Name,Phones,Addresses,Websites", "Wile|1|1 Road, Town|https://example.com",
     Contact(Name("Wile"), phones=(Phone("1"),), addresses=(Address("1 Road, Town"),),
             websites=(Website("https://example.com"),))),
    ("First Name,Emails", 'Wile|["a@example.com"]', Contact(Name("Wile"), emails=(Email("a@example.com"),))),
]  # fmt: skip


def reader_of(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> RowReader:
    line = io.StringIO()
    csv.writer(line).writerow(header)
    return RowReader(find_header([line.getvalue()], mapping or {}).destinations)


@pytest.mark.parametrize(("header", "row", "expected"), ROWS, ids=[header[:30] for header, _, _ in ROWS])
def test_known_headers(header: str, row: str, expected: Contact) -> None:
    assert reader_of(header.split(",")).contents_of(row.split("|")).contact == expected


def test_partner_accounts_are_told() -> None:
    assert reader_of(["First Name", "Accounts"]).contents_of(["Wile", "10000, 10001"]).partners == (
        "10000",
        "10001",
    )


def test_a_map_says_where_columns_go() -> None:
    mapping = {"Vorname": "first", "Handy": "phone.mobile", "Land": "phone.mobile.country", "E-Mail": ""}
    expected = Contact(Name("Wile"), phones=(Phone("8059876543", "mobile", "US"),))
    assert (
        reader_of(["vorname", "Handy", "Land", "E-Mail"], mapping)
        .contents_of(["Wile", "8059876543", "US", "x"])
        .contact
        == expected
    )


@pytest.mark.parametrize("destination", ["nonsense", "phone.work.nonsense", "first.work"])
def test_a_destination_that_there_is_not_is_refused(destination: str) -> None:
    with pytest.raises(InvalidError):
        reader_of(["x"], {"x": destination})


def test_a_header_without_a_known_column_is_refused() -> None:
    with pytest.raises(InvalidError, match="'Rank', 'Points'; --map"):
        find_header(["Rank,Points\n", "1,2\n"], {})


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("a, b,a", ("a", "b")), ("a,b; c", ("a,b", "c")), ('["a;b", "c"]', ("a;b", "c")), ("[x]", ("[x]",)), ("", ())],
)
def test_lists_in_a_cell(cell: str, expected: tuple[str, ...]) -> None:
    assert listed(cell) == expected


@given(st.text() | st.from_regex(r"'*[=+@-].*", fullmatch=True))
def test_protection_against_formulas_can_be_undone(cell: str) -> None:
    assert protected(cell)[:1] not in tuple("=+-@\t\r")
    assert unprotected(protected(cell)) == cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1", "'=1"),
        ("'=1", "''=1"),  # what was protected before comes back with its own apostrophe
        ("\t=1", "'\t'=1"),  # a tab alone is a sign to some
        ("\tplain", "'\tplain"),
        ("a;=1", "a;'=1"),
        ("it's", "it's"),
        ("", ""),
    ],
)
def test_cells_are_protected_and_come_back(cell: str, expected: str) -> None:
    assert protected(cell) == expected
    assert unprotected(expected) == cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [('="+49 1"', "+49 1"), ('="say ""hi"""', 'say "hi"'), ('=""', ""), ('="', '="'), ("=1+1", "=1+1"), ("x", "x")],
)
def test_a_text_that_excel_wraps_is_taken_out(cell: str, expected: str) -> None:
    assert unwrapped(cell) == expected


@pytest.mark.no_cover  # what counts the branches takes time too
@pytest.mark.parametrize("column", ["E-mail Address", "Phone {} - Value", "Label {} Website", "City", "x{}"])
def test_a_wide_table_takes_time_in_proportion_to_its_columns(column: str) -> None:
    taken = []
    for count in (2_000, 20_000):
        begun = time.process_time()
        reader = reader_of(["First Name", *map(column.format, range(count))])
        reader.contents_of(["Wile", *map("a{}@example.com".format, range(count))])
        taken.append(time.process_time() - begun)
    at_most_linear(*taken)
