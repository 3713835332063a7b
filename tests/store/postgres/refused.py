"""Reads SQL, and says what of a statement Citus would not run, as far as its planner says so before it runs it.

The rules are those of `ModifyPartialQuerySupported`, `ErrorIfOnConflictNotSupported` and `SingleShardModifyTaskList` in
its multi_router_planner.c. What is not said in the statement itself, as an expression that is put into it, is not seen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cardwright.store.postgres import statistics
from cardwright.store.postgres.distribution import DISTRIBUTED, FUNCTIONS, REFERENCE

ELSEWHERE: Final = {statistics.IS_UNKNOWN: "not sent on a distributed engine"}
"""What it would refuse, and why it may stand."""
_TABLES: Final = "|".join((*REFERENCE, *DISTRIBUTED))
_CHANGES: Final = re.compile(rf"\b(?:(?<!DO )(?<!FOR )UPDATE|DELETE FROM|INSERT INTO) ({_TABLES})\b")
_READS: Final = re.compile(rf"\b(?:FROM|JOIN|USING) ({_TABLES})\b")
_VOLATILES: Final = ("clock_timestamp", "timeofday", "random", "gen_random_uuid", "nextval", *FUNCTIONS)
_VOLATILE: Final = re.compile(rf"\b(?:{'|'.join(_VOLATILES)})\(")
_MUTABLE: Final = re.compile(r"\b(?:clock|statement|transaction)_timestamp\(|\bnow\(|\brandom\(")
_LAZY: Final = re.compile(r"\bCASE\b.*?\bEND\b|\bcoalesce\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


@lru_cache(maxsize=10_000)
def refused(sql: str) -> tuple[str, ...]:
    """Return what it would not run of a statement."""
    text = " ".join(re.sub(r"--.*", "", sql).split())
    changed, read = set(_CHANGES.findall(text)), set(_READS.findall(re.sub(r"\bDELETE FROM", "", text)))
    faults = []
    if read | changed and re.search(r"\b(?:FROM|JOIN) pg_\w+\b(?!\()", text):
        faults.append("a table beside a catalog")
    if not changed:
        return tuple(faults)
    if changed & {*REFERENCE} and read & {*DISTRIBUTED}:
        faults.append("a change of what is everywhere reads what is not")
    if re.search(r"(?<!DO )\bUPDATE|\bDELETE FROM", text) and _VOLATILE.search(text):
        faults.append("a volatile function in a change")
    if any(_MUTABLE.search(part) for part in _LAZY.findall(text)):
        faults.append("a function of the time in CASE or coalesce")
    if _MUTABLE.search(text.partition(" RETURNING ")[2]):
        faults.append("a function of the time in RETURNING")
    if _MUTABLE.search(text.partition(" ON CONFLICT ")[2]):
        faults.append("a function of the time in ON CONFLICT")
    if "SELECT" in text.partition(" VALUES (")[2]:
        faults.append("a query in VALUES")
    return tuple(faults)
