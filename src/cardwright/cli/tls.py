"""The certificate and the key of `cardwright serve`, looked at before anything is started."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cardwright.cli.files import UsageError
from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from cardwright.settings import Settings


class CertificateError(CardwrightError):
    """The certificate or the key cannot be used; the message names the file."""


class Tls(NamedTuple):
    """Where they are, each with what certifies it in one PEM file."""

    certificate: Path
    key: Path


def tls_of(settings: Settings) -> Tls | None:
    """Return what HTTPS is spoken with, None for plain HTTP.

    Raises UsageError where one of the two options stands alone, CertificateError for files that cannot be used.
    """
    if not settings.tls_cert and not settings.tls_key:
        return None
    if not (settings.tls_cert and settings.tls_key):
        raise UsageError("--tls-cert and --tls-key belong together: give both")
    tls = Tls(Path(settings.tls_cert).expanduser(), Path(settings.tls_key).expanduser())
    for file in tls:
        _check_readable(file)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*tls, password=_no_password)
    except _LockedError:
        raise CertificateError(f"{tls.key}: the key has a password: give one without") from None
    except ssl.SSLError as error:
        reason = "they do not belong together" if "MISMATCH" in str(error) else "one of them is no PEM file"
        raise CertificateError(f"{tls.certificate} and {tls.key}: {reason}") from None
    return tls


class _LockedError(Exception):
    pass


def _no_password() -> str:
    raise _LockedError


def _check_readable(file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise CertificateError(f"{file}: {error.strerror}") from None
