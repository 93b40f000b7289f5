"""Certificates for the tests' own servers, made by ``openssl``, which signs them by themselves."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SUBJECT = "/CN=A server of the tests"


@dataclass(frozen=True)
class Certificate:
    """A certificate for one address, and its key. Who wants it trusted names ``file`` in SSL_CERT_FILE."""

    file: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, address: str = "127.0.0.1") -> Self:
        """Make one that is good for two days."""
        program = shutil.which("openssl")
        if program is None:
            raise RuntimeError("openssl is not installed, and the tests of TLS need it")
        made = cls(folder / "certificate.pem", folder / "key.pem")
        subprocess.run(
            [
                program,
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-keyout",
                made.key,
                "-out",
                made.file,
                "-subj",
                SUBJECT,
                "-addext",
                f"subjectAltName=IP:{address}",
            ],
            capture_output=True,
            check=True,
        )
        return made

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context
