"""Import jobs on PostgreSQL."""

from __future__ import annotations

from store.jobs_contract import JobContract


class TestJobs(JobContract):
    pass
