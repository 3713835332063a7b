"""Each limit of the tables holds: what is just within it passes, what is just beyond it does not.

The cases of this module say whether a size passes. Where that takes more than a line, `ELSEWHERE` names the tests.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import ipaddress
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import serving
from cardwright import app, limits
from cardwright.book.accounts import identifier_fault
from cardwright.book.checks import checked_query
from cardwright.book.cleaning import cleaned
from cardwright.book.files.inspection import contents_of
from cardwright.book.files.tables import row_alone, rows_of
from cardwright.book.import_row import ImportRow
from cardwright.book.requests import Query
from cardwright.contact.emails import local_part_fault
from cardwright.contact.model import Contact, Name, Phone
from cardwright.errors import InvalidError
from cardwright.fetch.body import Body
from cardwright.fetch.target import parse
from cardwright.http.body import BodyTooLargeError, read_body
from cardwright.http.encoding import PackedError, unpacked
from cardwright.http.multipart import parts
from cardwright.http.trusted_proxies import TrustedProxies
from cardwright.photo.webp import strip
from cardwright.settings import Settings
from cardwright.surfaces.createcontact import wire as createcontact
from cardwright.surfaces.createcontact.contact import contact_from
from cardwright.surfaces.partner.list_query import list_query
from cardwright.vcard import bounds, read
from front_door import receiving, scope_of
from pictures import webp

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.http.asgi import Message

TABLE: Final = {name: row for rows in limits.sections().values() for name, row in rows.items()}
"""The program's limits by name."""
READER: Final = bounds.table()
"""Those of the card reader."""


def accepted(call: Callable[[], object]) -> bool:
    try:
        call()
    except InvalidError:
        return False
    return True


def asked_for(**fields: object) -> Contact:
    """Return the contact that a request of createcontact makes."""
    body = {"action": "createcontact", "name": {"first-name": "Wile"}, **fields}
    return contact_from(createcontact.decode(json.dumps(body).encode()), strict_names=True)[0]


def read_on(size: int) -> bool:
    """Whether all of a refused body is read."""
    messages: list[Message] = [
        {"type": "http.request", "body": bytes(size), "more_body": True},
        {"type": "http.request", "body": b"", "more_body": False},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    with pytest.raises(BodyTooLargeError):
        asyncio.run(read_body(receive, None, 0))
    return not messages


def packed(size: int) -> bool:
    """Whether a body of gzip is taken that has so many octets, all of them the name of a file, and nothing in it."""
    empty = gzip.compress(b"", mtime=0)
    body = empty[:3] + b"\x08" + empty[4:10] + b"x" * (size - len(empty) - 1) + b"\0" + empty[10:]
    headers = {b"content-encoding": b"gzip"}
    try:
        received = unpacked(scope_of(), headers, receiving({"type": "http.request", "body": body, "more_body": False}))
        return asyncio.run(read_body(received, None, 1)) == b""
    except PackedError:
        return False


def from_behind(proxies: int) -> bool:
    """Whether a client is known for what it is behind so many proxies, all of them trusted."""
    fields = {b"x-forwarded-for": b", ".join([b"203.0.113.9", *[b"10.0.0.7"] * (proxies - 1)])}
    scope = scope_of(client=("10.0.0.1", 4711), scheme="http")
    TrustedProxies([ipaddress.ip_network("10.0.0.0/8")]).believe(scope, fields)
    return scope["client"][0] == "203.0.113.9"


def table_row(cell: str) -> list[bool]:
    """Say of each row of a table that begins with this cell, written as CSV, whether it could be read."""
    rows = rows_of(f"a,b\n{cell},2\n3,4\n".splitlines(keepends=True), ",")
    return [not row.fault for row in list(rows)[1:]]


def in_pieces(count: int) -> bool:
    async def collect() -> None:
        body = Body("", count)
        for _ in range(count):
            await body.add(b"x")

    return accepted(lambda: asyncio.run(collect()))


def in_chunks(count: int) -> bool:
    """Whether a WebP of so many chunks is read to its end."""
    plain = webp(8, 8)
    data = plain + b"none\0\0\0\0" * (count - 1)
    try:
        strip(plain[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:])
    except ValueError:
        return False
    return True


def parted(boundary: str) -> bool:
    form = f"--{boundary}\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--{boundary}--\r\n"
    try:
        (part,) = parts(form.encode(), f"multipart/form-data; boundary={boundary}")
    except ValueError:
        return False
    return part.data == b"b"


def parts_with_heads(octets: int) -> bool:
    """Whether a form is taken whose heads, with the blank line behind each, have so many octets."""
    head = b"Content-Disposition: form-data; name="
    sizes = [500] * (octets // 500 - 1)
    names = [size - len(head) - 4 for size in (*sizes, octets - sum(sizes))]
    form = b"".join(b"--b\r\n" + head + b"x" * size + b"\r\n\r\n\r\n" for size in names) + b"--b--\r\n"
    try:
        return len(list(parts(form, "multipart/form-data; boundary=b"))) == len(names)
    except ValueError:
        return False


def allocated(size: int) -> bool:
    """Whether a process that is bounded as those of photos can have so much memory; Python itself takes some."""
    program = (
        "import resource, sys; from cardwright.photo import __main__ as photo;"
        "resource.setrlimit(resource.RLIMIT_AS, (photo._LIMITS[resource.RLIMIT_AS],) * 2); bytearray(int(sys.argv[1]))"
    )
    return subprocess.run((sys.executable, "-c", program, str(size)), stderr=-3, check=False).returncode == 0


def phones(count: int) -> tuple[Phone, ...]:
    return tuple(Phone(f"805{number:07}") for number in range(count))


def imported(contact: Contact) -> Contact:
    return cleaned(ImportRow(1, contact, b"a card")).contact


def stray(count: int) -> list[str]:
    """Return what is told of so many lines that end no card."""
    (card,) = read(b"END:VCARD\n" * count + b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n")
    return [defect.code for defect in card.defects]


def shown(size: int) -> bytes:
    (card,) = read(b"x" * size + b"\nBEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n")
    return card.defects[0].raw


def host(size: int) -> str:
    """Return a name of so many characters, in labels of 63 at most."""
    labels = ["x" * 63] * (size // 64) + ["x" * (size % 64)]
    return ".".join(label for label in labels if label)


def cursor_of(characters: int) -> str:
    """Return the place in a list that has so many characters, with spaces that JSON does not mind."""
    octets = characters * 3 // 4
    text = b'["a",1]'.ljust(octets)
    return base64.urlsafe_b64encode(text).decode().rstrip("=").ljust(characters, "A")


WITHIN: Final[dict[str, Callable[[int], bool]]] = {
    "REQUEST_DRAIN": read_on,
    "PACKED_SURPLUS": packed,
    "PROXY_HOPS": from_behind,
    "TEXT": lambda n: accepted(lambda: asked_for(title="x" * n)),
    "POSTAL_ADDRESS": lambda n: accepted(lambda: asked_for(**{"physical-address": [{"address": "x" * n}]})),
    "URL": lambda n: accepted(lambda: asked_for(website=[{"url": "x" * n}])),
    "NOTE": lambda n: accepted(lambda: asked_for(note="x" * n)),
    "IDENTIFIER": lambda n: identifier_fault("sid", "x" * n) is None,
    "CREATECONTACT_ITEMS": lambda n: len(asked_for(phone=[{"number": str(it)} for it in range(n)]).phones) == n,
    "CREATECONTACT_WEBSITE_LABEL": lambda n: (
        asked_for(website=[{"url": "https://example.com", "label": "x" * n}]).websites[0].label == "x" * n
    ),
    "PAGE_SIZE": lambda n: (
        accepted(lambda: list_query([("PageSize", str(n))])) and accepted(lambda: checked_query(Query(page_size=n)))
    ),
    "PAGE": lambda n: accepted(lambda: list_query([("Page", str(n))])),
    "CURSOR": lambda n: accepted(lambda: list_query([("Sort", "Name"), ("After", cursor_of(n))])),
    "AFTER_ID": lambda n: accepted(lambda: list_query([("AfterId", str(n))])),
    "BOUNDARY": lambda n: parted("x" * n),
    "PART_HEADS": parts_with_heads,
    "WEBP_CHUNKS": in_chunks,
    "FETCH_PIECES": in_pieces,
    "FETCH_HOST": lambda n: accepted(lambda: parse(f"https://{host(n)}/")),
    "CELL": lambda n: table_row("x" * n) == [True, True],
    "ROW_CELLS": lambda n: table_row("," * (n - 1)) == [True, True],
    "HEADER_SIZE": lambda n: row_alone([f"FirstName,{'x' * (n - 10)}"], ",") != [],
    "ROW_LINES": lambda n: table_row('"' + "x\n" * (n - 1) + 'x"') == [True, True],
    "ROW_SIZE": lambda n: table_row('"x\n' + "x" * (n - 7) + '"') == [True, True],
    "MEMBERS": lambda n: len(imported(Contact(Name("Wile"), phones=phones(n))).phones) == n,
    "IMPORT_COLUMNS": lambda n: accepted(lambda: contents_of(io.BytesIO(b"FirstName" + b",x" * (n - 1) + b"\nIda\n"))),
    "PORT": lambda n: accepted(lambda: app.build(Settings(port=n))),
    "IDLE": lambda n: accepted(lambda: app.build(Settings(idle_timeout=n))),
    "LOCAL_PART": lambda n: local_part_fault("", "a" * n + "@example.com") is None,
    "WORKERS": lambda n: accepted(lambda: app.build(Settings(workers=n))),
    "DEFECTS": lambda n: stray(n) == ["V03"] * n,
    "SHOWN": lambda n: len(shown(n)) == n,
}
"""Whether a size passes, by the name of its limit."""

ELSEWHERE: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("XML_DEPTH", "XML_ELEMENTS"),
        ("surfaces/dav/test_xml_reading.py::test_depth_and_number_of_elements_have_limits",),
    ),
    **dict.fromkeys(
        ("PROPERTIES_ASKED", "PROPERTY_NAMES"),
        ("surfaces/dav/test_wanted.py::test_a_request_names_so_many_properties_of_such_a_length",),
    ),
    "BOOK_PROPERTIES": (
        "store/cards_contract.py::test_so_much_may_be_set",
        "store/cards_contract.py::test_what_is_refused_changes_nothing",
    ),
    "CARD_BODY": ("surfaces/dav/test_cards.py::test_the_size_of_a_card",),
    "CARD_READS": ("book/test_address_books.py::test_large_cards_are_read_one_at_a_time",),
    "CARD_NAME": ("surfaces/dav/test_places.py::test_a_path_is_a_place_and_a_place_has_one_href",),
    "XML_BODY": ("surfaces/dav/test_places.py::test_an_xml_body_has_a_size",),
    "QUERY_COMPARED": ("surfaces/dav/test_query.py::test_a_query_that_compares_too_much_ends",),
    "QUERY_TEXTS": ("surfaces/dav/test_filter_reading.py::test_a_filter_has_so_much_text",),
    "QUERY_CONDITIONS": ("surfaces/dav/test_filter_reading.py::test_a_filter_has_so_many_elements",),
    "MULTIGET_BODY": ("surfaces/dav/test_multiget.py::test_a_large_body",),
    "BOOKS": ("surfaces/dav/test_places.py::test_an_account_gets_100_campaigns_so",),
    "IF_PARTS": ("surfaces/dav/test_if_field.py::test_a_field_has_so_many_parts",),
    "CARDS_ONCE_NAMED": ("store/cards_contract.py::test_a_name_is_taken_again_and_again",),
    "HEAD": ("http/test_heads.py::test_a_head_has_a_limit",),
    "FIELDS": ("http/test_heads.py::test_a_head_has_so_many_fields",),
    "QUERY": ("http/test_heads.py::test_a_query_has_so_many_parameters",),
    "ACCEPT": ("http/test_heads.py::test_an_accept_over_its_limit_counts_as_none",),
    "CONTENT_TYPE": ("http/test_heads.py::test_partner_contacts_refuse_a_long_content_type",),
    "HEAD_WAIT": (
        "cli/test_worker.py::test_a_head_that_does_not_come_ends_the_connection",
        "cli/test_worker.py::test_a_head_that_comes_too_slowly_ends_the_connection",
        "cli/test_worker.py::test_an_idle_connection_outlasts_a_slow_head",
    ),
    "SEND_PAUSE": ("cli/test_worker.py::test_a_client_that_takes_nothing_is_given_up",),
    "CONNECTIONS": (
        "cli/test_worker.py::test_connections_over_the_limit_wait_until_silent_ones_are_given_up",
        "cli/test_worker.py::test_two_thousand_silent_connections_and_readers_that_do_not_read_stop_nobody",
    ),
    "SESSION": ("surfaces/console/test_sessions.py::test_a_session_lasts_no_longer_than_its_limit",),
    "LIST_PLACE": ("surfaces/console/test_contact_list.py::test_cw_25_the_list_as_it_was_left",),
    "SUGGESTIONS": ("store/deleted_contract.py::test_they_are_few",),
    "SESSIONS": ("store/sessions_contract.py::test_of_too_many_sessions_of_a_token_those_that_end_first_go",),
    **dict.fromkeys(
        ("SIGN_IN_FAILURES", "SIGN_IN_WINDOW", "SIGN_IN_COUNTED"),
        ("surfaces/console/test_sessions.py::test_cw_11_ten_failures_lock_out_one_address_with_one_sid",),
    ),
    **dict.fromkeys(
        ("PUBLIC_MAKER", "PUBLIC_MAKER_WINDOW"),
        ("surfaces/console/test_make.py::test_cw_72_strangers_make_thirty_cards_a_minute",),
    ),
    "PART_HEAD": ("http/test_heads.py::test_the_head_of_a_part_has_a_limit",),
    "CREATECONTACT_BODY": (
        "surfaces/createcontact/test_rules.py::test_cc_15_a_body_of_just_256_kib_is_taken",
        "surfaces/createcontact/test_rules.py::test_cc_33_a_refused_body_is_read_before_the_answer",
    ),
    **dict.fromkeys(
        ("FORM_BODY", "FORM_TEXTS", "FORM_FIELDS"),
        (
            "surfaces/partner/test_rules.py::test_pc_5_and_61_texts_up_to_their_limit_are_taken",
            "surfaces/partner/test_rules.py::test_pc_5_and_61_bodies_that_cannot_be_read",
        ),
    ),
    **dict.fromkeys(
        ("CONTACT_LABELS", "CONTACT_PARTNERS", "LABEL", "NAMED_UNKNOWN"),
        (
            "surfaces/partner/test_rules.py::test_pc_26_ids_and_labels_are_counted",
            "surfaces/partner/test_rules.py::test_is_refused",
        ),
    ),
    **dict.fromkeys(
        ("QUERY_TEXT", "SEARCH_WORDS"), ("surfaces/partner/test_rules.py::test_pc_40_a_search_has_its_bounds",)
    ),
    "LINE": ("book/files/test_tables.py::test_a_line_too_long_is_refused_and_never_held",),
    "ERASE_WAIT": (
        "store/test_removed.py::test_who_erases_beside_a_backup_without_an_end_is_told",
        "store/test_removed.py::test_others_write_while_an_erased_contact_leaves_beside_a_backup",
    ),
    "STORE_TURN": ("store/test_held.py::test_a_process_stopped_in_a_commit_does_not_hold_others_for_ever",),
    "READY_LOOK": ("http/test_health.py::test_the_store_is_asked_once_a_second_at_most",),
    "PAGE_TEXTS": ("surfaces/partner/test_large_pages.py::test_a_page_is_bounded_by_its_texts",),
    "BODY_PIECES": ("http/test_body.py::test_small_pieces_are_counted",),
    "STARTS": ("http/test_arrivals.py::test_as_many_as_the_bound_begin_as_they_come",),
    "IN_FLIGHT": ("http/test_in_flight.py::test_both_sides_of_the_bound",),
    "BODY_PAUSE": (
        "http/test_body_timeout.py::test_a_body_without_end",
        "http/test_body_timeout.py::test_who_is_slow_but_sends_is_waited_for",
    ),
    "BODY_WAIT": ("http/test_body_timeout.py::test_a_body_without_end",),
    "WAITING": ("test_fair_semaphore.py::test_who_waits_is_not_heard_beyond_a_number_and_others_are",),
    "LARGE": ("http/test_large.py::test_what_is_large_or_of_unknown_size_has_a_slot",),
    "LARGE_BODIES": ("http/test_large.py::test_an_account_has_so_many_slots_and_all_have_so_many",),
    "LARGE_BODIES_EACH": ("http/test_large.py::test_an_account_has_so_many_slots_and_all_have_so_many",),
    "LARGE_ANSWERS": ("http/test_large.py::test_an_account_has_so_many_slots_and_all_have_so_many",),
    "LARGE_ANSWERS_EACH": ("http/test_large.py::test_an_account_has_so_many_slots_and_all_have_so_many",),
    "LARGE_WAIT": ("test_fair_semaphore.py::test_who_waits_too_long_is_told_whose_requests_are_in_the_way",),
    "LARGE_ANSWER": ("http/test_large.py::test_who_takes_his_answer_too_slowly_is_given_up",),
    "JCARD_VALUES": ("book/files/test_jcards.py::test_what_stands_on_both_sides_of_a_limit",),
    "JCARD_DEPTH": ("book/files/test_jcards.py::test_what_stands_on_both_sides_of_a_limit",),
    **dict.fromkeys(
        ("WARNED", "WARNED_NAMES", "WARNED_SIZE"),
        ("surfaces/partner/test_unknown.py::test_pc_6_what_is_told_has_bounds",),
    ),
    "IDEMPOTENCY_KEY": ("surfaces/partner/test_protocol.py::test_pc_29_keys_have_1_to_255_characters",),
    "IDEMPOTENCY": ("store/test_sqlite.py::test_an_idempotency_key_is_kept_for_24_hours",),
    "PHOTO_SIZE": (
        "photo/test_refused.py::test_octets_are_counted",
        "fetch/test_fetcher.py::test_ten_mebibytes_by_default",
    ),
    "PHOTO_PIXELS": ("photo/test_refused.py::test_pixels_are_counted_before_they_are_decoded",),
    "PHOTO_PROFILE": (
        "photo/test_render.py::test_an_embedded_profile_is_honoured",
        "photo/test_render.py::test_a_profile_that_is_too_large_is_ignored",
    ),
    "JPEG_SEGMENTS": ("photo/test_refused.py::test_a_jpeg_of_countless_segments_is_refused",),
    "JPEG_SCANS": ("photo/test_refused.py::test_a_jpeg_of_countless_scans_is_refused",),
    "PNG_CHUNKS": ("photo/test_refused.py::test_a_png_of_countless_chunks_is_refused",),
    "PHOTO_TIME": ("photo/test_workers.py::test_a_photo_that_takes_too_long_is_no_photo",),
    "PHOTO_TURN": ("photo/test_workers.py::test_a_photo_whose_turn_does_not_come_is_told_so",),
    "PHOTO_MEMORY": ("test_limits.py::test_the_process_that_decodes_has_so_much_memory",),
    "PHOTO_EDGE": ("photo/test_render.py::test_photos_fit_without_cropping_and_are_never_enlarged",),
    "PHOTO_IN_CARD": ("photo/test_render.py::test_the_limit_holds_to_the_octet",),
    "FETCH_CONNECT": ("fetch/test_fetcher.py::test_what_is_too_slow",),
    "FETCH_TIME": (
        "fetch/test_fetcher.py::test_what_is_too_slow",
        "surfaces/createcontact/test_slow_photos.py::test_cc_27_a_photo_that_takes_over_ten_seconds_is_refused_and_holds",
    ),
    "FETCH_REDIRECTS": ("fetch/test_fetcher.py::test_three_redirects_at_most",),
    "FETCHES": (
        "fetch/test_cache.py::test_photos_that_wait_to_be_rendered_are_bounded_in_number",
        "test_contact_images.py::test_only_so_many_images_are_under_way_from_the_fetch_to_the_end_of_the_rendering",
    ),
    "FETCHES_EACH": ("surfaces/createcontact/test_fair_photos.py::test_slow_addresses_of_one_account",),
    "FETCH_WAIT": ("test_fair_semaphore.py::test_who_waits_too_long_is_told_whose_requests_are_in_the_way",),
    "LOOK_UPS": ("fetch/test_names.py::test_no_more_names_are_looked_up_than_there_are_threads",),
    "LOOK_UPS_EACH": ("fetch/test_names.py::test_twenty_names_whose_servers_do_not_answer_fail_nobody_elses_fetches",),
    "LOOK_UP_WAIT": ("fetch/test_names.py::test_an_account_whose_names_are_silent_is_told_to_come_again",),
    "FETCH_HEAD": ("fetch/test_fetcher.py::test_what_is_taken", "fetch/test_fetcher.py::test_what_cannot_be_fetched"),
    "FETCH_INFORMATIONAL": (
        "fetch/test_fetcher.py::test_what_is_taken",
        "fetch/test_fetcher.py::test_what_cannot_be_fetched",
    ),
    "PHOTO_CACHE": (
        "fetch/test_cache.py::test_the_least_recently_used_leaves",
        "fetch/test_cache.py::test_what_is_larger_than_the_cache_is_not_kept",
    ),
    "IMPORT_FILE": ("book/test_imports.py::test_a_file_has_so_many_octets",),
    "IMPORT_LOOK": ("book/test_imports.py::test_a_file_that_takes_too_long_to_look_through_is_refused",),
    "IMPORT_NAME": ("book/test_imports.py::test_the_name_of_a_file_is_shown_as_text",),
    "IMPORT_JOBS": ("store/jobs_contract.py::test_of_many_files_twenty_are_kept",),
    "IMPORT_DAYS": ("store/jobs_contract.py::test_after_seven_days_a_job_goes",),
    "IMPORT_SILENCE": ("store/jobs_contract.py::test_who_gave_no_sign_for_thirty_seconds_is_stopped_for_everybody",),
    "IMPORT_PROBLEMS": ("store/jobs_contract.py::test_of_many_rows_with_a_problem_a_hundred_are_shown",),
    "IMPORT_MAPPINGS": ("store/jobs_contract.py::test_of_many_headers_a_hundred_are_remembered",),
    "SEVERAL": ("store/test_who_is_whom.py::test_of_many_who_fit_ten_are_named",),
    "ROWS_TOLD": ("cli/test_import.py::test_of_many_rows_to_look_at_a_thousand_are_told",),
    **dict.fromkeys(
        ("CONTACT_FORM_TEXTS", "CONTACT_FORM_FIELDS"),
        ("surfaces/console/test_contact_pages.py::test_cw_86_a_form_has_its_bounds",),
    ),
    "CONTACT_FORM_TOLD": (
        "surfaces/console/test_contact_pages.py::test_cw_42_and_45_a_photo_that_is_too_large_loses_nothing",
    ),
    "THUMBNAIL": ("surfaces/console/test_contact_pages.py::test_cw_5_a_thumbnail_has_at_most_eight_kilobytes",),
    "KEPT_UPLOAD": ("store/uploads_contract.py::test_it_is_kept_for_an_hour",),
    "KEPT_UPLOADS": ("store/uploads_contract.py::test_of_too_many_of_a_session_the_first_go",),
    "FORM_ROWS": ("book/test_details.py::test_a_form_begins_with_the_first_hundred_of_a_kind",),
    "HISTORY_PAGE": ("browser/test_history.py::test_p5_a_long_history_is_read_in_pages",),
    "DUPLICATES_PAGE": ("store/duplicates_contract.py::test_it_is_read_in_pages_there_and_back",),
    "DUPLICATE_CROWD": ("store/duplicates_contract.py::test_what_more_than_twenty_share_is_one_line",),
    "CHANGES_NAMED": ("store/test_who_is_whom.py::test_of_many_changes_twenty_are_named",),
    "HEADER_LINES": ("book/files/test_header_finder.py::test_a_header_is_looked_for_in_the_first_lines_alone",),
    "COLUMNS_NAMED": ("book/files/test_header_finder.py::test_of_many_columns_that_are_not_used_some_are_named",),
    "STORE_BUSY": ("store/test_sqlite.py::test_another_program_that_holds_the_database_is_waited_for_to_a_bound",),
    "WORDS_FOUND": (
        "store/postgres/test_same_as_sqlite.py::test_of_very_many_words_the_first_are_found_and_so_is_the_contact",
    ),
    "STORE_LIST": ("store/postgres/test_pool.py::test_a_list_that_takes_too_long_is_given_up",),
    "STORE_WAITING": ("store/postgres/test_pool.py::test_over_the_limit_nobody_waits",),
    **dict.fromkeys(
        ("CREDENTIAL_LOOK", "CREDENTIAL_POLL"),
        (
            "store/contract.py::test_a_reset_ends_the_old_key_on_every_worker",
            "store/contract.py::test_a_revoked_token_ends_on_every_worker",
        ),
    ),
    "REFUSED_REST": (
        "http/test_unread_bodies.py::test_what_is_read_after_the_answer_has_a_bound_and_ends_with_its_client",
    ),
    "SPANS_LEFT": ("http/test_tracing.py::test_a_collector_that_does_not_answer_is_waited_for_so_long",),
    "HALF_SENT": ("cli/test_worker.py::test_what_is_half_sent_does_not_hold_the_end",),
    "STANDSTILL": (
        "cli/test_worker.py::test_what_is_half_sent_does_not_hold_the_end",
        "cli/test_worker.py::test_an_answer_that_nobody_reads_does_not_hold_the_end",
    ),
    "RESTART_PAUSE": ("cli/test_supervisor.py::test_a_worker_that_dies_again_and_again_is_started_again_more_slowly",),
    "WORKER_MEMORY": ("cli/test_supervisor.py::test_a_worker_that_grows_is_replaced_and_nobody_notices",),
    "MEMORY_LOOK": ("cli/test_supervisor.py::test_a_worker_that_grows_is_replaced_and_nobody_notices",),
    "WORKER_DATA": ("cli/test_worker.py::test_a_worker_may_ask_for_so_much_memory",),
    "GRACE": ("test_limits.py::test_a_worker_that_does_not_stop_is_killed",),
    "RATE_ACCOUNTS": ("http/test_rate.py::test_a_full_table_makes_room",),
    **dict.fromkeys(
        ("ROW_NAME", "ROW_TEXT"),
        ("surfaces/console/test_contact_list.py::test_cw_5_a_page_of_fifty_is_small_with_every_field_at_its_limit",),
    ),
    "SHARED_MEMORY": ("store/test_shared_memory.py::test_the_oldest_makes_room_and_what_was_kept_since_is_there",),
    "REMEMBERED_CREDENTIALS": ("book/test_keyring.py::test_the_memory_is_bounded",),
    "CARD": ("vcard/test_reader.py::test_a_card_over_the_limit_comes_empty_and_the_next_is_read",),
    "LINE_AVERAGE": (
        "vcard/test_reader.py::test_of_a_card_of_very_short_lines_so_many_are_looked_at",
        "vcard/test_reader.py::test_lines_of_a_usual_length_may_be_as_many_as_a_card_holds",
    ),
    "LINES": ("vcard/test_reader.py::test_a_card_of_a_million_lines_is_read_to_the_limit",),
    "DEPTH": (
        "vcard/test_reader.py::test_cards_begun_inside_one_another_are_bounded",
        "vcard/test_reader.py::test_nesting_beyond_the_limit_is_told",
    ),
}
"""The tests of the other limits."""


def test_every_limit_is_tested() -> None:
    assert not TABLE.keys() & READER.keys()
    assert sorted([*WITHIN, *ELSEWHERE]) == sorted(TABLE | READER)


@pytest.mark.parametrize("name", WITHIN)
def test_both_sides(name: str) -> None:
    most = (TABLE | READER)[name].value
    assert WITHIN[name](most)
    assert not WITHIN[name](most + 1)


@pytest.mark.parametrize("named", sorted({named for tests in ELSEWHERE.values() for named in tests}))
def test_the_tests_that_are_named_exist(named: str) -> None:
    path, _, test = named.partition("::")
    assert re.search(rf"^ *(?:async )?def {test}", (Path(__file__).parent / path).read_text(), re.MULTILINE)


def test_the_process_that_decodes_has_so_much_memory() -> None:
    most = limits.PHOTO_MEMORY.value
    assert allocated(most // 2)
    assert not allocated(most)


def test_a_worker_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    with serving.started(tmp_path, program=serving.with_limits(GRACE=1)) as (_, process):
        (worker,) = map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
        os.kill(worker, signal.SIGSTOP)
        process.terminate()
        process.wait(serving.START_SECONDS)
    assert not Path(f"/proc/{worker}").exists()
