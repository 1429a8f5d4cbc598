"""Field protection with the national ciphers 国密: SM4 for secrecy, SM3 for digests and look-up.

A protected value is stored as `key id.base64(nonce ‖ ciphertext ‖ tag)`. The key id lets old rows
be read after a change of key; `rotate()` moves them to the active one. The purpose of the field
(e.g. "person.phone") is authenticated with the value, so a ciphertext moved into another kind of
field no longer opens.

Settings: SONGHE_KEYS {id: 16 bytes}, SONGHE_ACTIVE_KEY, SONGHE_INDEX_KEY, SONGHE_CIPHER
(default "sm4-gcm"), SONGHE_KEY_CIPHERS {id: cipher} for keys made under another cipher.
An adapter for a deployment's 密码机 (hardware module) registers itself with `register_cipher`.
"""

import os
import unicodedata
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.apps import apps
from django.conf import settings
from django.core.signals import setting_changed
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models.functions import Cast
from django.dispatch import receiver

_NONCE = 12
_TAG = 16
_INDEX_CHARACTERS = 32


class CannotOpen(Exception):
    """A stored value does not open: wrong or missing key, or somebody changed it."""


class AeadCipher(Protocol):
    """What a cipher has to do; `purpose` is authenticated but not stored."""

    def seal(self, key: bytes, plain: bytes, purpose: bytes) -> bytes: ...
    def open(self, key: bytes, sealed: bytes, purpose: bytes) -> bytes:
        """The plain bytes; raises CannotOpen."""
        ...


class BlockGcm:
    """GCM over a block cipher. Random 96-bit nonces: change the key before 2³² values."""

    def __init__(self, algorithm: Callable[[bytes], Any]) -> None:
        self._algorithm = cache(algorithm)

    def seal(self, key: bytes, plain: bytes, purpose: bytes) -> bytes:
        """nonce ‖ ciphertext ‖ tag."""
        nonce = os.urandom(_NONCE)
        worker = Cipher(self._algorithm(key), modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(purpose)
        return nonce + worker.update(plain) + worker.finalize() + worker.tag

    def open(self, key: bytes, sealed: bytes, purpose: bytes) -> bytes:
        """The plain bytes; raises CannotOpen."""
        if len(sealed) < _NONCE + _TAG:
            raise CannotOpen("the value is too short")
        worker = Cipher(self._algorithm(key), modes.GCM(sealed[:_NONCE], sealed[-_TAG:])).decryptor()
        worker.authenticate_additional_data(purpose)
        try:
            return worker.update(sealed[_NONCE:-_TAG]) + worker.finalize()
        except InvalidTag:
            raise CannotOpen("wrong key, wrong purpose, or a changed value") from None


_ciphers: dict[str, AeadCipher] = {"sm4-gcm": BlockGcm(algorithms.SM4), "aes-gcm": BlockGcm(algorithms.AES)}


def register_cipher(name: str, cipher: AeadCipher) -> None:
    """Add a cipher that SONGHE_CIPHER or SONGHE_KEY_CIPHERS may name."""
    _ciphers[name] = cipher
    _key.cache_clear()


@cache
def _key(key_id: str) -> tuple[AeadCipher, bytes]:
    keys: dict[str, bytes] = settings.SONGHE_KEYS
    if key_id not in keys:
        raise CannotOpen(f"no key {key_id!r} in SONGHE_KEYS")
    default: str = getattr(settings, "SONGHE_CIPHER", "sm4-gcm")
    name = getattr(settings, "SONGHE_KEY_CIPHERS", {}).get(key_id, default)
    return _ciphers[name], keys[key_id]


def seal(plain: str, purpose: str) -> str:
    """The stored form of a text, under the active key."""
    key_id: str = settings.SONGHE_ACTIVE_KEY
    cipher, key = _key(key_id)
    sealed = cipher.seal(key, plain.encode(), purpose.encode())
    return f"{key_id}.{b2a_base64(sealed, newline=False).decode()}"


def unseal(token: str, purpose: str) -> str:
    """The text of a stored form; raises CannotOpen."""
    key_id, dot, body = token.partition(".")
    if not dot:
        raise CannotOpen("not a sealed value")
    cipher, key = _key(key_id)
    try:
        raw = a2b_base64(body, strict_mode=True)
    except Base64Error:
        raise CannotOpen("not a sealed value") from None
    return cipher.open(key, raw, purpose.encode()).decode()


def seal_bytes(plain: bytes, purpose: str) -> bytes:
    """The stored form of a file: ``key id.`` and the sealed bytes, under the active key."""
    key_id: str = settings.SONGHE_ACTIVE_KEY
    cipher, key = _key(key_id)
    return f"{key_id}.".encode() + cipher.seal(key, plain, purpose.encode())


def unseal_bytes(sealed: bytes, purpose: str) -> bytes:
    """The bytes of a stored file; raises CannotOpen."""
    key_id, dot, body = sealed.partition(b".")
    if not dot or not key_id.isascii():
        raise CannotOpen("not a sealed file")
    cipher, key = _key(key_id.decode())
    return cipher.open(key, body, purpose.encode())


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


@cache
def _index(purpose: str) -> hmac.HMAC:
    state = hmac.HMAC(settings.SONGHE_INDEX_KEY, hashes.SM3())
    state.update(purpose.encode() + b"\0")
    return state


def normalised(value: str) -> str:
    """One form for what people type many ways: full-width, spaces, hyphens, lower-case x."""
    if value.isascii() and value.isalnum():
        return value.upper()
    plain = unicodedata.normalize("NFKC", value).upper()
    return "".join(c for c in plain if not (c.isspace() or c == "-"))


def blind_index(value: str, purpose: str) -> str:
    """32 hex characters by which a protected value is found without opening it; "" for nothing.

    HMAC-SM3 under the index key: without that key nobody can try out identity numbers.
    For a search by tail, index the tail under a purpose of its own.
    """
    plain = normalised(value)
    if not plain:
        return ""
    state = _index(purpose).copy()
    state.update(plain.encode())
    return state.finalize().hex()[:_INDEX_CHARACTERS]


@receiver(setting_changed)
def _forget(*, setting: str, **_: Any) -> None:
    if setting.startswith("SONGHE_"):
        _key.cache_clear()
        _index.cache_clear()


class Sealed:
    """A stored value that opens when somebody reads it: `str(sealed)`.

    Its repr says nothing, so a log or a traceback gives nothing away. `.values()` hands these out.
    """

    __slots__ = ("_plain", "purpose", "token")

    def __init__(self, token: str, purpose: str) -> None:
        self.token = token
        self.purpose = purpose
        self._plain: str | None = None

    def __str__(self) -> str:
        if self._plain is None:
            self._plain = unseal(self.token, self.purpose)
        return self._plain

    def __repr__(self) -> str:
        return f"<Sealed {self.purpose}>"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Sealed) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))


class _OpensOnReading:
    """Attribute of a model: keeps what came from the database sealed until it is asked for."""

    def __init__(self, field: "EncryptedText") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:  # a deferred field: load it now
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        return str(value) if isinstance(value, Sealed) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedText(models.TextField):  # type: ignore[type-arg]
    """Text that the database holds sealed; None and "" pass through as they are.

    Reading opens it lazily, writing seals it anew, saving an untouched value writes back the very
    ciphertext. It cannot be filtered or ordered by: keep a blind_index() beside it.
    """

    descriptor_class = _OpensOnReading

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def from_db_value(self, value: str | None, *_: Any) -> Sealed | str | None:
        return Sealed(value, self.purpose) if value else value

    def to_python(self, value: Any) -> Any:
        return str(value) if isinstance(value, Sealed) else super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The value as it lies in the instance, so that a sealed one stays sealed."""
        return model_instance.__dict__.get(self.attname)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.token if value.purpose == self.purpose else seal(str(value), self.purpose)
        value = super().get_prep_value(value)
        return seal(value, self.purpose) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only isnull: two ciphertexts of one text differ, so equality would silently find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def encrypted_fields(model: type[models.Model]) -> list[EncryptedText]:
    """The protected fields of a model."""
    return [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedText)]


def encrypted_models() -> list[type[models.Model]]:
    """Every installed model with a protected field, for a rotation of the whole house."""
    return [model for model in apps.get_models() if encrypted_fields(model)]


def rotate(model: type[models.Model], batch: int = 1000, using: str = DEFAULT_DB_ALIAS) -> Iterator[int]:
    """Seal all rows of a model under the active key; yields the number of rows done per batch.

    Each batch is a transaction of its own and rows that are done are skipped, so an interrupted
    rotation is simply started again. Run the generator to its end before the old key is removed.
    """
    fields = encrypted_fields(model)
    current = f"{settings.SONGHE_ACTIVE_KEY}."
    raw = {f"raw_{field.name}": Cast(field.name, models.TextField()) for field in fields}
    stale = models.Q()
    for name in raw:
        stale |= models.Q(**{f"{name}__gt": ""}) & ~models.Q(**{f"{name}__startswith": current})
    rows = model._base_manager.using(using).annotate(**raw).filter(stale).order_by("pk")
    while True:
        with transaction.atomic(using=using):
            # The lock keeps a change made meanwhile from being written over.
            found = list(rows.select_for_update()[:batch])
            for row in found:
                for field in fields:
                    setattr(row, field.attname, getattr(row, field.attname))
            if found:
                names = [field.name for field in fields]
                model._base_manager.using(using).bulk_update(found, names, batch_size=batch)
        if not found:
            return
        yield len(found)
