"""A file of lines, sealed in pieces with a key derived from the external one; a missing piece is noticed."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import HotlineError, KeyWrong

_MAGIC = b"hotline backup 1\n"
_SALT_BYTES = 16
_PIECE_BYTES = 256 * 1024
_LENGTH = struct.Struct(">I")
_LAST, _MORE = b"last", b"more"


class BackupDamaged(HotlineError):
    """No backup of ours, or one that was cut off or changed."""

    text_key = "backup.damaged"


def write_sealed(path: Path, master: bytes, lines: Iterable[bytes]) -> None:
    """Writes beside and renames: a half-written backup never looks like one. Readable by its owner only."""
    beside = path.with_name(path.name + ".part")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            salt = os.urandom(_SALT_BYTES)
            file.write(_MAGIC + salt)
            _write_pieces(file, _cipher(master, salt), lines)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read_sealed(path: Path, master: bytes) -> Iterator[bytes]:
    """The lines, piece by piece. Raises KeyWrong (the first piece does not open), BackupDamaged."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise BackupDamaged(where=path)
        cipher = _cipher(master, file.read(_SALT_BYTES))
        number = 0
        while True:
            head = file.read(_LENGTH.size + 4)
            if len(head) != _LENGTH.size + 4:
                raise BackupDamaged(where=path)
            (length,), place = _LENGTH.unpack(head[: _LENGTH.size]), head[_LENGTH.size :]
            try:
                piece = cipher.decrypt(_nonce(number), file.read(length), place)
            except InvalidTag:
                raise (BackupDamaged(where=path) if number else KeyWrong()) from None
            yield from piece.splitlines()
            number += 1
            if place == _LAST:
                return


def _write_pieces(file: BinaryIO, cipher: AESGCM, lines: Iterable[bytes]) -> None:
    number, piece = 0, bytearray()
    for line in lines:
        piece += line + b"\n"
        if len(piece) >= _PIECE_BYTES:
            _write_piece(file, cipher, number, bytes(piece), _MORE)
            number, piece = number + 1, bytearray()
    _write_piece(file, cipher, number, bytes(piece), _LAST)


def _write_piece(file: BinaryIO, cipher: AESGCM, number: int, piece: bytes, place: bytes) -> None:
    sealed = cipher.encrypt(_nonce(number), piece, place)
    file.write(_LENGTH.pack(len(sealed)) + place + sealed)


def _cipher(master: bytes, salt: bytes) -> AESGCM:
    """A key of its own for each file, so that counting pieces is a safe nonce."""
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"hotline backups v1").derive(master))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)
