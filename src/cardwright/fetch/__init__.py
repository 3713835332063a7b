"""Download from an address that a stranger chose. The rules and the settings: docs/fetching.md."""

from cardwright.fetch.cache import PhotoCache
from cardwright.fetch.fetcher import Fetched, Fetcher, Limits

__all__ = ["Fetched", "Fetcher", "Limits", "PhotoCache"]
