"""`cardwright serve --tls-cert --tls-key`: HTTPS, and files that cannot be used."""

from __future__ import annotations

import shlex
import ssl
import subprocess
from typing import TYPE_CHECKING

import httpx2
import pytest
import trustme

from cardwright.cli.files import UsageError
from cardwright.cli.tls import CertificateError, tls_of
from cardwright.settings import Settings
from serving import ENVIRONMENT, PROGRAM, free_port, run, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOCKED = """\
-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,00000000000000000000000000000000

AAAA
-----END RSA PRIVATE KEY-----
"""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def certified(authority: trustme.CA, folder: Path) -> tuple[str, str]:
    """Write the files of a server of this machine, and return where they are."""
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    certificate, key = folder / "contacts.pem", folder / "contacts.key"
    certificate.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    key.write_bytes(leaf.private_key_pem.bytes())
    return str(certificate), str(key)


def test_https_is_spoken_and_links_say_so(authority: trustme.CA, tmp_path: Path) -> None:
    certificate, key = certified(authority, tmp_path)
    port, log = free_port(), tmp_path / "log"
    argv = (*PROGRAM, "serve", "--port", str(port), "--data", str(tmp_path / "data"), "--tls-cert", certificate)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with (
        log.open("w") as out,
        subprocess.Popen((*argv, "--tls-key", key), stdout=out, stderr=out, env=ENVIRONMENT) as process,
    ):
        try:
            until(lambda: f"Cardwright listens on https://127.0.0.1:{port}" in log.read_text())
            curl = next(line for line in log.read_text().splitlines() if line.strip().startswith("curl"))
            assert (
                b"\r\nN:Appleseed;John;;;\r\n"
                in subprocess.run(shlex.split(curl), capture_output=True, check=True).stdout
            )
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                trusting.minimum_version = trusting.maximum_version = version
                with httpx2.Client(verify=trusting) as client:
                    assert client.get(f"https://localhost:{port}/readyz").status_code == 200
            with pytest.raises(httpx2.TransportError):
                httpx2.get(f"http://127.0.0.1:{port}/readyz")
        finally:
            process.terminate()
        assert process.wait(30) == 0


def missing(folder: Path, _: trustme.CA) -> tuple[str, str]:
    return str(folder / "none.pem"), str(folder / "none.key")


def garbage(folder: Path, authority: trustme.CA) -> tuple[str, str]:
    certificate, key = certified(authority, folder)
    (folder / "contacts.pem").write_text("no certificate")
    return certificate, key


def of_two(folder: Path, authority: trustme.CA) -> tuple[str, str]:
    certificate, key = certified(authority, folder)
    (folder / "contacts.key").write_bytes(authority.issue_cert("localhost").private_key_pem.bytes())
    return certificate, key


def locked(folder: Path, authority: trustme.CA) -> tuple[str, str]:
    certificate, key = certified(authority, folder)
    (folder / "contacts.key").write_text(LOCKED)
    return certificate, key


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(missing, "none.pem: No such file or directory", id="no file"),
        pytest.param(garbage, "one of them is no PEM file", id="no certificate"),
        pytest.param(of_two, "they do not belong together", id="another's key"),
        pytest.param(locked, "contacts.key: the key has a password: give one without", id="a password"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    made: Callable[[Path, trustme.CA], tuple[str, str]], said: str, authority: trustme.CA, tmp_path: Path
) -> None:
    certificate, key = made(tmp_path, authority)
    with pytest.raises(CertificateError, match=said):
        tls_of(Settings(tls_cert=certificate, tls_key=key))
    done = run("serve", "--tls-cert", certificate, "--tls-key", key, data=tmp_path / "data")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("options", [{"tls_cert": "a.pem"}, {"tls_key": "a.key"}])
def test_one_of_the_two_alone_is_wrong_usage(options: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="belong together"):
        tls_of(Settings(**options))


def test_without_them_there_is_no_tls() -> None:
    assert tls_of(Settings()) is None
