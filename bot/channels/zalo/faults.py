"""What Zalo's error numbers mean for us. The same number means different things at different endpoints."""

from __future__ import annotations

from enum import Enum, StrEnum, auto


class Endpoint(StrEnum):
    """Each has a table of numbers of its own."""

    OA = "oa"
    TEMPLATE = "template"
    OAUTH = "oauth"


class Fault(Enum):
    """What to do about it."""

    TOKEN = auto()
    """Refresh once, try once more."""
    RATE = auto()
    """Nobody's messages leave before the next minute."""
    WINDOW = auto()
    """Free text is not accepted any more: a template or nothing."""
    GONE = auto()
    """This person cannot or does not want to get it."""
    QUOTA = auto()
    """Another way, or the next period."""
    NIGHT = auto()
    """After six in the morning."""
    NOT_BY_ID = auto()
    """This template cannot go to a Zalo id."""
    TIER = auto()
    """The account's package does not include it: buttons, for one."""
    HUMAN = auto()
    """Somebody must do something at Zalo; the message waits."""
    OURS = auto()
    """We asked for something impossible; never again."""
    ASSET = auto()
    """The uploaded file is gone: upload again."""
    AGAIN = auto()
    """Try again, later each time."""
    DEAD = auto()
    """The grant is used up: somebody must log in again."""


_OA = {
    Fault.TOKEN: (-216, -220, 216, 401, -401),
    Fault.RATE: (-32,),
    Fault.WINDOW: (-230, -232),
    Fault.GONE: (-213, -217, -227, -244),
    Fault.QUOTA: (-211, -218),
    Fault.TIER: (-224,),
    Fault.HUMAN: (-221, -223, -209, -212, -219, -320, -321),
    Fault.OURS: (-201, -210, -233),
    Fault.NIGHT: (-234,),
    Fault.NOT_BY_ID: (-249,),
    Fault.ASSET: (-100,),
    Fault.AGAIN: (-200,),
}
_TEMPLATE = {
    Fault.TOKEN: (-124, -216, -220, 216, 401, -401),
    Fault.RATE: (-32,),
    Fault.GONE: (-108, -114, -118, -119, -139, -140, -141, -213, -217, -227, -244, -232, -230),
    Fault.QUOTA: (-144, -147, -211, -218),
    Fault.HUMAN: (-131, -146, -115, -137, -221, -224, -223, -209, -212, -219, -320, -321),
    Fault.OURS: (-1121, -1122, -1124, -201, -210, -233),
    Fault.NIGHT: (-133, -234),
    Fault.NOT_BY_ID: (-249,),
    Fault.AGAIN: (-100, -200),
}
_OAUTH = {
    Fault.DEAD: (-118, -14014),
    Fault.HUMAN: (-14002, -14003),
}
_TABLES = {
    endpoint: {code: fault for fault, codes in table.items() for code in codes}
    for endpoint, table in ((Endpoint.OA, _OA), (Endpoint.TEMPLATE, _TEMPLATE), (Endpoint.OAUTH, _OAUTH))
}


def classify(endpoint: Endpoint, code: int) -> Fault:
    """A number that no source names is worth another try; letters that never get through expire after a day."""
    return _TABLES[endpoint].get(code, Fault.AGAIN)


class ZaloError(Exception):
    """Zalo answered, and said no. Carries the number only: its words may quote what was sent."""

    def __init__(self, endpoint: Endpoint, code: int) -> None:
        super().__init__(f"{endpoint} {code}")
        self.endpoint, self.code = endpoint, code
        self.fault = classify(endpoint, code)

    @property
    def label(self) -> str:
        return f"{self.endpoint}/{self.code}"
