"""The key that is kept outside the data folder, and what is done with it."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import KeyUnreadable, KeyWrong

KEY_BYTES = 32
_NONCE_BYTES = 12


class Keys:
    """Seals columns with AES-256-GCM under a key derived from the external one."""

    def __init__(self, master: bytes) -> None:
        derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"hotline columns v1").derive(master)
        self._columns = AESGCM(derived)

    def seal(self, plain: bytes, column: str) -> bytes:
        """The column's name is authenticated: a value cannot be moved into another column."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._columns.encrypt(nonce, plain, column.encode())

    def open(self, sealed: bytes, column: str) -> bytes:
        """Raises KeyWrong: another key, another column, or a damaged value."""
        try:
            return self._columns.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], column.encode())
        except InvalidTag:
            raise KeyWrong from None


class Pseudonyms:
    """Keyed hashes: the same id gives the same number, and the number gives nothing back without the secret.

    The secret lies in the database, sealed with the external key, so that changing that key keeps the numbers.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def contact_id(self, channel: str, external_id: str) -> int:
        """A positive number of 62 bits; two of a million people share one with probability 1e-7."""
        return int.from_bytes(self._digest("contact", channel, external_id)[:8]) >> 2

    def update_digest(self, channel: str, update_key: str) -> bytes:
        return self._digest("update", channel, update_key)[:16]

    def digest(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that prove or recognise `parts` without holding them; `purpose` keeps uses apart."""
        return self._digest(purpose, *parts)

    def phone_digest(self, phone: str) -> bytes:
        """The same for the same number (E.164), so that one number has one open request."""
        return self._digest("phone", phone)[:16]

    def restraint_digest(self, kind: str, whom: str) -> bytes:
        """Marks whom a limit holds for, without saying who that is."""
        return self._digest("restraint", kind, whom)[:16]

    def erasure_mark(self, table: str, row_id: int) -> bytes:
        """What the ledger of erasures keeps of an erased row."""
        return self._digest("erasure", table, str(row_id))[:16]

    def ticket_digest(self, code: str) -> bytes:
        """About 25 ms and 19 MiB: whoever stole database and key still cannot try all codes of 16 digits."""
        salt = self._digest("ticket salt")[:16]
        return hash_secret_raw(
            code.encode(), salt, time_cost=2, memory_cost=19_456, parallelism=1, hash_len=16, type=Type.ID
        )

    def invitation_digest(self, code: str) -> bytes:
        """The code has 80 random bits, so no slow hash is needed."""
        return self._digest("invitation", code)

    def row_digest(self, *parts: str) -> bytes:
        """Knows an imported row again, and says nothing about what stands in it."""
        return self._digest("imported row", *parts)[:16]

    def audit_hash(self, before: bytes, *parts: str) -> bytes:
        """Binds an entry of the trail to the one before; nobody makes a chain that fits from the tables alone."""
        return self._digest("audit", before.hex(), *parts)

    def _digest(self, *parts: str) -> bytes:
        return hmac.digest(self._secret, "\0".join(parts).encode(), sha256)


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def encode_key(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


def decode_key(text: str, *, where: str) -> bytes:
    """Raises KeyUnreadable when the text is not a key; the text itself is never repeated."""
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except (binascii.Error, ValueError):
        raise KeyUnreadable(where=where) from None
    if len(key) != KEY_BYTES:
        raise KeyUnreadable(where=where)
    return key


def write_key_file(path: Path, key: bytes) -> None:
    """Writes a new file that only its owner can read; an existing one is never overwritten."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(encode_key(key) + "\n")
        file.flush()
        os.fsync(file.fileno())
