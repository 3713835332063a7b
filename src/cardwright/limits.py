"""Every limit of Cardwright, one table: how much, of what, and what is answered beyond it.

A limit stands here once; the code takes its `value` from here, and `docs/reference/limits.md` is generated from it.
`tests/test_limits.py` has a test on both sides of each. What only makes the work faster, and shows in no answer, is
none: the size of a buffer, the rows of a batch. Those of the card reader, which can be used alone: `vcard/bounds.py`.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Limit(NamedTuple):
    """One bound on a size, a count, a depth or a time."""

    value: int
    unit: str
    """`octets`, `characters`, `seconds`, or what is counted."""
    what: str
    """What is bounded, as a reader of the documentation looks for it."""
    beyond: str
    """What happens beyond it: a status, an error code, or a sentence."""


class Section(NamedTuple):
    """The limits that stand after it belong together."""

    title: str


_REQUESTS: Final = Section("Requests, before a surface sees them")
HEAD: Final = Limit(64 * 1024, "octets", "of the head of a request: its target and its fields", "431")
FIELDS: Final = Limit(100, "fields", "of the head of a request", "431")
QUERY: Final = Limit(1_000, "parameters", "of a query", "414")
ACCEPT: Final = Limit(1_000, "octets", "of an Accept field", "it counts as none: the usual form is the answer")
CONTENT_TYPE: Final = Limit(
    1_000, "characters", "of a Content-Type field", "415 from partner contacts; createcontact does not look at it"
)
HEAD_WAIT: Final = Limit(
    10,
    "seconds",
    "for the first request of a connection, and from the first octet of a head to its end",
    "the connection closes",
)
IDLE: Final = Limit(3_600, "seconds", "as `--idle-timeout`, between two requests on a connection", "exit 2")
SEND_PAUSE: Final = Limit(30, "seconds", "in which a client takes nothing of its answer", "the connection closes")
CONNECTIONS: Final = Limit(
    8_192,
    "connections",
    "held by a worker, or three quarters of the files it may open (`ulimit -Hn`) where those are fewer",
    "they wait to be taken",
)
STARTS: Final = Limit(
    64,
    "requests",
    "that begin in one turn of the event loop, while as many are being answered; `/healthz` and `/readyz` always do",
    "they wait for a later turn",
)
PART_HEAD: Final = Limit(1024, "octets", "of the head of one part of a multipart form", "400")
PART_HEADS: Final = Limit(256 * 1024, "octets", "of the heads of all parts of a multipart form", "400")
REQUEST_DRAIN: Final = Limit(
    1024 * 1024, "octets", "of a refused body, read so that the client gets the answer", "the connection closes"
)
REFUSED_REST: Final = Limit(
    5, "seconds", "for the rest of a refused body that is longer than that, after its answer", "the connection closes"
)
PACKED_SURPLUS: Final = Limit(64 * 1024, "octets", "of a body packed by gzip, beyond twice what is in it", "400; E100")
PROXY_HOPS: Final = Limit(
    100, "hops", "that trusted proxies name, counted from the nearest", "the client is the farthest of those"
)
BODY_PIECES: Final = Limit(
    4_096, "pieces", "in which a body comes, and one more for each 256 octets of it", "400, and the connection closes"
)
IN_FLIGHT: Final = Limit(
    16 * 1024 * 1024,
    "octets",
    "of bodies that are not complete, with their connections' buffers, and of answers over 64 KiB that are not taken, "
    "in a worker, of requests without slot",
    "408 for the body, or the end of the answer, that has not moved for longest",
)
BODY_PAUSE: Final = Limit(
    15, "seconds", "without an octet of a body that is waited for, counted from one look to the next", "408"
)
BODY_WAIT: Final = Limit(600, "seconds", "from the first look at a request to the end of its body", "408")

_SLOTS: Final = Section("What is costly has slots, shared fairly")
_BUSY: Final = "429, or 503 where other accounts have the slots"
LARGE: Final = Limit(
    512 * 1024,
    "octets",
    "of a body, a card, an image or a read of cards, and characters of a page, that has no slot",
    "it has one of these slots",
)
LARGE_BODIES: Final = Limit(6, "large bodies", "at once in a worker", "they wait")
LARGE_BODIES_EACH: Final = Limit(2, "large bodies", "of one account at once in a worker", "they wait")
LARGE_ANSWERS: Final = Limit(4, "large answers, or lists of more than 1,000", "at once in a worker", "they wait")
LARGE_ANSWERS_EACH: Final = Limit(2, "large answers", "of one account at once in a worker", "they wait")
LARGE_WAIT: Final = Limit(20, "seconds", "of wait for the slot of a large body or answer", _BUSY)
LARGE_ANSWER: Final = Limit(600, "seconds", "to take an answer of one piece, over 64 KiB", "it ends in the middle")
WAITING: Final = Limit(256, "requests", "of one account that wait for a slot", _BUSY)

_TEXTS: Final = Section("Texts of a contact, on every way in")
TEXT: Final = Limit(255, "characters", "in a text that has no limit of its own", "400; E1519")
LOCAL_PART: Final = Limit(
    64, "octets", "before the @ of an e-mail address in the partner interface", "400, the field named"
)
POSTAL_ADDRESS: Final = Limit(1_000, "characters", "in a physical address", "E1519")
URL: Final = Limit(2_048, "characters", "in the address of a website or a photo", "E1519")
NOTE: Final = Limit(10_000, "characters", "in a note", "E1519")
CONTACT_LABELS: Final = Limit(50, "labels", "of one contact", "400, the field named")
LABEL: Final = Limit(100, "characters", "in a label", "400, the field named")
IDENTIFIER: Final = Limit(
    64, "characters", "in an id that an operator chose: SID, campaign, partner account", "exit 2, the field named"
)

_CREATECONTACT: Final = Section("createcontact")
CREATECONTACT_BODY: Final = Limit(256 * 1024, "octets", "in a body", "413, E100")
CREATECONTACT_ITEMS: Final = Limit(
    4, "items", "used of each list: phones, e-mails, addresses, websites", "the others are left out"
)
CREATECONTACT_WEBSITE_LABEL: Final = Limit(100, "characters", "of a website's label", "the rest is cut off")

_PARTNER: Final = Section("Partner contacts")
FORM_BODY: Final = Limit(12 * 1024 * 1024, "octets", "in a multipart body, with its file", "413")
FORM_TEXTS: Final = Limit(128 * 1024, "octets", "of texts in a body, beside a file", "413")
FORM_FIELDS: Final = Limit(1_000, "fields", "in a body, beside a file", "413")
BOUNDARY: Final = Limit(70, "characters", "in the boundary of a multipart form (RFC 2046 section 5.1.1)", "400")
CONTACT_PARTNERS: Final = Limit(
    100, "ids", "of partner accounts in one list, and of one contact", "400, the field named"
)
NAMED_UNKNOWN: Final = Limit(10, "ids", "named in the fault of unknown partner accounts", "the others are counted")
QUERY_TEXT: Final = Limit(1_000, "characters", "in `Search` or a filter of a list", "400, the parameter named")
SEARCH_WORDS: Final = Limit(32, "words", "in a search", "400, `Search` named")
WARNED: Final = Limit(50, "names", "that are not known told in `Warnings`, or refused", "the others are not told")
WARNED_NAMES: Final = Limit(10, "names", "that are not known in `X-Cardwright-Warning`", "the others are in `Warnings`")
WARNED_SIZE: Final = Limit(1_000, "characters", "in `X-Cardwright-Warning`", "the others are in `Warnings`")
PAGE_SIZE: Final = Limit(20_000, "contacts", "on a page: `PageSize`", "400, `PageSize` named")
PAGE_TEXTS: Final = Limit(
    16 * 1024 * 1024, "characters", "of texts on a page, partners' names included", "400, `PageSize` named"
)
PAGE: Final = Limit(10**12, "pages", "counted: `Page`", "400, `Page` named")
SUGGESTIONS: Final = Limit(
    50, "suggestions", "of labels, or of partner accounts, in a field", "the others can be typed"
)
ROW_NAME: Final = Limit(560, "octets", "of a name, as HTML, in a row of a list", "its beginning stands there")
ROW_TEXT: Final = Limit(
    80, "octets", "of another text, as HTML, in a row or a suggestion of a list", "its beginning stands there"
)
LIST_PLACE: Final = Limit(
    3_000, "characters", "of a list's address that Back to contacts leads to", "it leads to all contacts"
)
CURSOR: Final = Limit(2_000, "characters", "as the place in a list: `After`", "400, `After` named")
AFTER_ID: Final = Limit(10**18 - 1, "", "as the number of a contact: `AfterId`", "400, `AfterId` named")
IDEMPOTENCY_KEY: Final = Limit(255, "characters", "in an `Idempotency-Key`", "400, the header named")
IDEMPOTENCY: Final = Limit(
    24, "hours", "in which a create with the same `Idempotency-Key` gives the first answer", "it makes a contact anew"
)

_CONSOLE_FORM: Final = Section("A contact in the console")
CONTACT_FORM_TEXTS: Final = Limit(1024 * 1024, "octets", "of texts in its form, what it began with included", "413")
CONTACT_FORM_TOLD: Final = Limit(
    64 * 1024 * 1024,
    "octets",
    "of its form with a photo that is too large, which is told beside the field: nothing typed is lost",
    "413",
)
CONTACT_FORM_FIELDS: Final = Limit(2_000, "fields", "in its form", "413")
THUMBNAIL: Final = Limit(8 * 1024, "octets", "of the photo in a row of a list", "it is made smaller")
KEPT_UPLOAD: Final = Limit(
    60, "minutes", "in which a photo is kept that was chosen in a form with faults", "it is to be chosen again"
)
KEPT_UPLOADS: Final = Limit(4, "photos", "kept so of one session", "the first go")
FORM_ROWS: Final = Limit(
    100, "rows", "of e-mail addresses, phones, addresses or websites that can be edited", "the others are kept"
)

_DUPLICATES: Final = Section("Contacts that may be one person")
DUPLICATES_PAGE: Final = Limit(50, "pairs", "of a page of duplicates", "they stand on the next page")
DUPLICATE_CROWD: Final = Limit(
    20, "contacts", "with the same e-mail address, or name and number, shown as pairs", "they are one line"
)
HISTORY_PAGE: Final = Limit(20, "changes", "of a contact's history at a time", "the earlier ones are a page on")

_PHOTOS: Final = Section("Photos")
PHOTO_SIZE: Final = Limit(10 * 1024 * 1024, "octets", "in an image file", "400; E1518")
PHOTO_PIXELS: Final = Limit(40_000_000, "pixels", "of an image, width times height", "400; E1518")
PHOTO_PROFILE: Final = Limit(
    4 * 1024 * 1024, "octets", "of a colour profile, unpacked", "the image is taken without its profile"
)
JPEG_SEGMENTS: Final = Limit(2_000, "segments", "in a JPEG", "400; E1518")
JPEG_SCANS: Final = Limit(32, "scans", "in a JPEG", "400; E1518")
PNG_CHUNKS: Final = Limit(20_000, "chunks", "in a PNG", "400; E1518")
WEBP_CHUNKS: Final = Limit(10_000, "chunks", "in a WebP", "400; E1518")
PHOTO_TIME: Final = Limit(30, "seconds", "to decode and render an image", "400; E1518")
PHOTO_TURN: Final = Limit(20, "seconds", "of wait until an image is decoded", _BUSY)
PHOTO_MEMORY: Final = Limit(2 * 1024**3, "octets", "of memory of the process that decodes", "400; E1518")
PHOTO_EDGE: Final = Limit(512, "pixels", "along an edge of the photo in a card", "it is made smaller")
PHOTO_IN_CARD: Final = Limit(100 * 1024, "octets", "of the photo in a card, before base64", "it is made smaller")

_FETCHING: Final = Section("Fetching a photo from its address")
FETCH_CONNECT: Final = Limit(3, "seconds", "to look a name up, connect and agree on TLS, at each hop", "400; E1518")
FETCH_TIME: Final = Limit(10, "seconds", "from the address to the last octet", "400; E1518")
FETCH_REDIRECTS: Final = Limit(3, "redirects", "followed", "400; E1518")
FETCHES: Final = Limit(32, "photos", "under way in a worker, from the fetch to the end of the rendering", "they wait")
FETCHES_EACH: Final = Limit(4, "photos", "of one account under way in a worker", "they wait")
FETCH_WAIT: Final = Limit(20, "seconds", "of wait until a photo is under way", _BUSY)
LOOK_UPS: Final = Limit(64, "names", "looked up in a worker", "they wait")
LOOK_UPS_EACH: Final = Limit(8, "names", "of one account looked up in a worker", "they wait")
LOOK_UP_WAIT: Final = Limit(2, "seconds", "of wait until a name is looked up", _BUSY)
FETCH_PIECES: Final = Limit(65_536, "pieces", "in which a body comes", "400; E1518")
FETCH_HEAD: Final = Limit(16 * 1024, "octets", "in a status line with its fields, or in trailers", "400; E1518")
FETCH_INFORMATIONAL: Final = Limit(8, "answers", "of 1xx before the answer", "400; E1518")
FETCH_HOST: Final = Limit(253, "characters", "in the name of a host, without a final dot", "400; E1518")
PHOTO_CACHE: Final = Limit(
    16 * 1024 * 1024, "octets", "of photos for createcontact that a worker keeps", "the least recently used leave"
)

_FILES: Final = Section("Files that are imported")
CELL: Final = Limit(16 * 1024 * 1024, "characters", "in a cell", "its row is refused")
LINE: Final = Limit(
    20 * 1024 * 1024, "characters", "in a line of a table", "its row is refused, and what is beyond is never held"
)
ROW_LINES: Final = Limit(
    1_000, "lines", "of the file that one row stands on", "its first line is refused, the others are rows"
)
ROW_SIZE: Final = Limit(
    1024 * 1024, "characters", "in a row of several lines", "its first line is refused, the others are rows"
)
ROW_CELLS: Final = Limit(100_000, "commas", "in a line of a table, or what stands for them", "its row is refused")
HEADER_SIZE: Final = Limit(1024 * 1024, "characters", "in the header of a table", "the file is refused")
HEADER_LINES: Final = Limit(50, "lines", "in which the header of a table is looked for", "the file is refused")
COLUMNS_NAMED: Final = Limit(100, "columns", "named that are not used", "the others are counted")
JCARD_VALUES: Final = Limit(100_000, "values", "in one jCard, with its lists and parameters", "its row is refused")
JCARD_DEPTH: Final = Limit(100, "brackets", "inside one another in one jCard", "its row is refused")
MEMBERS: Final = Limit(
    100, "phones", "of an imported contact; so many e-mails, addresses, websites", "a row is refused, a card keeps them"
)
SEVERAL: Final = Limit(10, "contacts", "named when a row fits several", "the others are not named")
ROWS_TOLD: Final = Limit(
    1_000, "rows", "of an import that are told because they were refused or taken with a warning", "they are counted"
)
CHANGES_NAMED: Final = Limit(20, "changes", "named of an updated contact", "the others are counted")

_CARDDAV: Final = Section("CardDAV")
XML_DEPTH: Final = Limit(100, "elements", "inside one another in a body", "400")
XML_ELEMENTS: Final = Limit(50_000, "elements", "in a body", "413")
PROPERTIES_ASKED: Final = Limit(250, "properties", "that a request of CardDAV names", "413")
PROPERTY_NAMES: Final = Limit(
    32 * 1024, "characters", "of the names of properties in a request of CardDAV, with their namespaces", "413"
)
BOOK_PROPERTIES: Final = Limit(64 * 1024, "octets", "of what clients have set of an address book, all together", "507")
CARDS_ONCE_NAMED: Final = Limit(
    16, "cards", "that are gone and had the same name, of which it is remembered", "one restored is called by its UID"
)
CARD_BODY: Final = Limit(10 * 1024 * 1024, "octets", "in a card that is put", "403, `max-resource-size`")
CARD_READS: Final = Limit(1, "card over 512 KiB", "that is put, taken apart at a time in a worker", "the others wait")
CARD_NAME: Final = Limit(255, "characters", "in the name of a card, the last part of its path", "404")
XML_BODY: Final = Limit(1024 * 1024, "octets", "in an XML body", "413")
QUERY_CONDITIONS: Final = Limit(200, "elements", "of the filter of an address book query", "403, `supported-filter`")
QUERY_TEXTS: Final = Limit(
    32 * 1024, "characters", "of the texts in the filter of an address book query", "403, `supported-filter`"
)
QUERY_COMPARED: Final = Limit(
    1024 * 1024 * 1024,
    "characters",
    "of texts of cards that an address book query compares, each counted for each condition, and as 64 at least",
    "the answer ends with 507, `number-of-matches-within-limits`",
)
MULTIGET_BODY: Final = Limit(8 * 1024 * 1024, "octets", "in the body of an `addressbook-multiget`", "413")
BOOKS: Final = Limit(
    100, "campaigns", "of an account, beyond which clients make none (MKCOL)", "403, `need-privileges`"
)
IF_PARTS: Final = Limit(1_000, "parts", "in an `If` field", "400")

_CONSOLE: Final = Section("Console")
SESSION: Final = Limit(12, "hours", "that a session lasts, from the sign-in", "P1: sign in again")
SESSIONS: Final = Limit(1_000, "sessions", "of one token at a time", "the one that would end first ends")
PUBLIC_MAKER: Final = Limit(
    30, "requests", "of `/make` without signing in, of one address (IPv6: of one /64), in `PUBLIC_MAKER_WINDOW`", "429"
)
PUBLIC_MAKER_WINDOW: Final = Limit(60, "seconds", "in which those are counted", "the count starts anew")
SIGN_IN_FAILURES: Final = Limit(
    10, "failures", "to sign in, of one address (IPv6: of one /64) with one SID, in `SIGN_IN_WINDOW`", "429"
)
SIGN_IN_WINDOW: Final = Limit(300, "seconds", "in which failures to sign in are counted", "the count starts anew")
SIGN_IN_COUNTED: Final = Limit(
    16_384, "pairs", "of an address and a SID whose failures are counted", "the window that ends first makes room"
)

_IMPORTS: Final = Section("Imports of the console")
IMPORT_FILE: Final = Limit(100 * 1024 * 1024, "octets", "of a file that is uploaded to be imported", "413")
IMPORT_LOOK: Final = Limit(60, "seconds", "to look through an uploaded file", "422")
IMPORT_COLUMNS: Final = Limit(200, "columns", "of an uploaded table", "422")
IMPORT_NAME: Final = Limit(255, "characters", "of the name of an uploaded file", "the rest is cut off")
IMPORT_JOBS: Final = Limit(20, "uploaded files", "kept of an account", "the oldest that is not being imported goes")
IMPORT_DAYS: Final = Limit(7, "days", "for which an uploaded file and its report are kept", "they go")
IMPORT_SILENCE: Final = Limit(30, "seconds", "without a sign of an import that runs", "it counts as stopped")
IMPORT_PROBLEMS: Final = Limit(100, "rows with a problem", "shown of an import", "the report has the others")
IMPORT_MAPPINGS: Final = Limit(
    100,
    "headers",
    "of an account for which the choice of columns is remembered",
    "the least recently used are forgotten",
)

_STORE: Final = Section("Store")
STORE_BUSY: Final = Limit(5, "seconds", "of wait for another program that holds the database", "503, or exit 1")
STORE_TURN: Final = Limit(
    10,
    "seconds",
    "of wait for the turn to write, while another process or a long commit holds the store",
    "503 with `Retry-After`, at once for those who come later; exit 1 of a command",
)
ERASE_WAIT: Final = Limit(
    300,
    "seconds",
    "of wait for a backup, or another long read, before what was erased can leave the write-ahead log",
    "exit 1, though it is erased: the log is emptied by the next removal, or when nobody has the store open",
)
READY_LOOK: Final = Limit(
    1, "second", "between two looks of `/readyz` at the store", "what the last look found is answered"
)
STORE_WAITING: Final = Limit(
    10_000, "reads and writes", "of a worker that wait for the database, on PostgreSQL", "503 with `Retry-After`"
)
WORDS_FOUND: Final = Limit(
    1_000_000, "octets", "of the words of a contact that a search finds, on PostgreSQL", "the others are not found"
)
STORE_LIST: Final = Limit(60, "seconds", "for a list or a search, on PostgreSQL", "503 with `Retry-After`")
CREDENTIAL_LOOK: Final = Limit(
    50, "milliseconds", "between two looks whether a key or token has ended", "it is found at the next look"
)
CREDENTIAL_POLL: Final = Limit(250, "milliseconds", "between two such looks, on PostgreSQL", "it is found at the next")

_SERVER: Final = Section("Server")
PORT: Final = Limit(65_535, "", "as `--port`", "exit 2")
WORKERS: Final = Limit(64, "processes", "as `--workers`", "exit 2")
GRACE: Final = Limit(10, "seconds", "for a worker to finish its requests when it is to end", "it is killed")
SPANS_LEFT: Final = Limit(3, "seconds", "for a collector to take the last spans of a worker that ends", "they are lost")
HALF_SENT: Final = Limit(
    1, "seconds", "for a client to end the head that it has begun, when the server stops", "the connection closes"
)
STANDSTILL: Final = Limit(
    3,
    "seconds",
    "without an octet of a body, or of an answer that is taken, when the server stops",
    "408, or the connection closes",
)
RESTART_PAUSE: Final = Limit(
    30, "seconds", "between two starts of a worker that dies again and again: 1, 2, 4 …", "it is never given up"
)
WORKER_MEMORY: Final = Limit(
    1024 * 1024 * 1024, "octets", "of memory that a worker has in use", "it ends in order, and a new one serves"
)
MEMORY_LOOK: Final = Limit(5, "seconds", "between two looks at that", "it is found at the next look")
WORKER_DATA: Final = Limit(
    4 * 1024 * 1024 * 1024, "octets", "of memory that a worker may ask for", "500, or a new worker"
)
RATE_ACCOUNTS: Final = Limit(
    16_384, "accounts", "whose requests `--rate-limit` counts at a time", "the window that ends first makes room"
)
SHARED_MEMORY: Final = Limit(
    64 * 1024 * 1024, "octets", "of what all workers remember of lists and searches", "the oldest makes room"
)
REMEMBERED_CREDENTIALS: Final = Limit(
    100_000, "credentials", "of a kind that a worker remembers", "all are forgotten, and looked up again"
)


def sections() -> dict[str, dict[str, Limit]]:
    """Return the limits by name, by the titles of their sections, in the order of this module."""
    by_title: dict[str, dict[str, Limit]] = {}
    for name, row in globals().items():
        if isinstance(row, Section):
            by_title[row.title] = {}
        elif isinstance(row, Limit):
            next(reversed(by_title.values()))[name] = row
    return by_title
