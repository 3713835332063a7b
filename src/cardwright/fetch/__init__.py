"""Download from a URL that a stranger chose, protected against SSRF. The rules and the settings: docs/fetching.md."""

from cardwright.fetch.cache import PhotoCache
from cardwright.fetch.fetcher import Fetched, Fetcher, Limits

__all__ = ["Fetched", "Fetcher", "Limits", "PhotoCache"]
