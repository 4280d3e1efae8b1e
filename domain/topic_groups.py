"""The groups in which topics are counted; a counsellor who logs a contact chooses one of them."""

from __future__ import annotations

from enum import StrEnum


class TopicGroup(StrEnum):
    """As `topic` of a contact record a group stands for itself: `group.law`."""

    REGISTER = "register"
    SUPPORT = "support"
    LAW = "law"
    FAMILY = "family"
    OTHER = "other"

    @property
    def topic(self) -> str:
        return f"group.{self}"


_GROUP_OF = {
    "home": TopicGroup.REGISTER,
    "facility": TopicGroup.REGISTER,
    "voluntary": TopicGroup.REGISTER,
    "determine": TopicGroup.REGISTER,
    "methadone": TopicGroup.SUPPORT,
    "local": TopicGroup.SUPPORT,
    "use": TopicGroup.LAW,
    "compulsory": TopicGroup.LAW,
    "after": TopicGroup.LAW,
    "rights": TopicGroup.LAW,
    "family": TopicGroup.FAMILY,
    "drugs": TopicGroup.FAMILY,
    "health": TopicGroup.FAMILY,
    "prevention": TopicGroup.FAMILY,
    "urgent": TopicGroup.FAMILY,
}


def group_of(topic: str) -> TopicGroup:
    """The group of a topic id, or of a group that stands for itself; what nobody named is `OTHER`."""
    kind, _, name = topic.partition(".")
    if kind == "group" and name in set(TopicGroup):
        return TopicGroup(name)
    return _GROUP_OF.get(kind, TopicGroup.OTHER)
