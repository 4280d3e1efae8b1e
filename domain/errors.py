"""What can go wrong, as facts. Wording is in texts/vi.toml under each error's `text_key`."""

from __future__ import annotations

from typing import ClassVar


class HotlineError(Exception):
    """A fact that a person can be told. `data` fills the text; it never holds what a citizen wrote."""

    text_key: ClassVar[str] = "errors.unexpected"

    def __init__(self, **data: object) -> None:
        super().__init__(type(self).__name__)
        self.data = data


class KeyMissing(HotlineError):
    """There is a database, and the key that opens it is not where it should be."""

    text_key = "errors.key_missing"


class KeyWrong(HotlineError):
    """The key does not open this database."""

    text_key = "errors.key_wrong"


class KeyUnreadable(HotlineError):
    """The key file or variable does not hold a key, or others on this machine may read it."""

    text_key = "errors.key_unreadable"


class DatabaseUnusable(HotlineError):
    """The database cannot be opened or written: locked, full, read-only, damaged or of a newer version."""

    text_key = "errors.database_unusable"


class AlreadyRunning(HotlineError):
    """Another process of the hotline holds this SQLite database."""

    text_key = "errors.already_running"


class PortTaken(HotlineError):
    """Something else listens where the web chat should."""

    text_key = "errors.port_taken"


class ZaloUnused(HotlineError):
    """The settings name no Official Account."""

    text_key = "errors.zalo_unused"


class ZaloLoginFailed(HotlineError):
    """Zalo gave no tokens for the consent."""

    text_key = "errors.zalo_login_failed"


class ConfigInvalid(HotlineError):
    """The settings file names an unknown key or a value of the wrong kind."""

    text_key = "errors.config_invalid"


class NeedsPostgreSQL(HotlineError):
    """Several processes were asked for on SQLite, which is for one."""

    text_key = "errors.needs_postgresql"


class ContactUnknown(HotlineError):
    """Nothing is known, or no longer, of how to reach this contact."""


class KeyInEnvironment(HotlineError):
    """The key cannot be changed by the program because an environment variable holds it."""

    text_key = "errors.key_in_environment"
