"""A backup does not let a leaver back in, nor a used invitation be used again."""

from __future__ import annotations

import pytest

from db.opening import KeySource, open_database
from db.session import Database
from domain.clock import utc_now
from domain.models import Channel
from domain.rhythm import Rhythm
from domain.staff import InvitationInvalid, Role
from hotline.backups import backup, restore
from hotline.calling import create_callbacks
from hotline.caring import usual_care
from hotline.config import BackupConfig, CallbacksConfig, Config, DatabaseConfig
from hotline.knowing import Knowing
from hotline.volunteering import create_volunteers
from services import staffing


async def test_after_a_restore_a_leaver_is_out_the_others_are_in_and_the_trail_is_whole(
    database: Database, database_url: str, key_source: KeySource, knowing: Knowing
) -> None:
    folder = key_source.file.parent.parent / "backup"
    settings = DatabaseConfig(url=database_url, key_file=key_source.file)
    config = Config(database=settings, backup=BackupConfig(dir=folder))
    questions = knowing.questions
    volunteers = create_volunteers(questions.texts, Rhythm())
    _, office = create_callbacks(CallbacksConfig(), questions, usual_care(), volunteers)
    now = utc_now()
    async with database.transaction() as uow:
        people = {(Channel.TERMINAL, name): uow.contacts.known_as(Channel.TERMINAL, name) for name in ("lan", "hoa")}
        await uow.contacts.see(people, now)
        for contact in people.values():
            await staffing.join(uow, contact, await staffing.invite(uow, Role.COUNSELLOR, (), now), now)
        unused = await staffing.invite(uow, Role.OFFICER, (), now)
    file = await backup(config, lambda _: None)
    async with database.transaction() as uow:
        await office.duty.shut_out(uow, 1, now)
    await database.close()
    await restore(config, file, lambda _: None, replace=True)
    again = await open_database(database_url, key_source)
    async with again.transaction() as uow:
        assert [each.number for each in await uow.staff.list_working()] == [2]
        assert await uow.staff.numbers() == {1, 2}
        assert await uow.audit.verify() == 5  # as it stood in the backup
        with pytest.raises(InvitationInvalid):
            stranger = uow.contacts.known_as(Channel.TERMINAL, "x")
            await staffing.join(uow, stranger, unused, now)
    await again.close()
