"""Watching the access log for unusual patterns, and telling the register's staff by mail."""

import asyncio
import logging
import time

from population.disclosure import quota
from population.disclosure.alarms import PIECE_SECONDS, Thresholds, Window
from population.storage import access_log, alarms
from population.storage.alarms import Alarm
from population.storage.database import AWAY
from population.wiring import Wiring
from wire.delivery import Delivery, DeliveryFailed

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0

# To the register's own staff: in Vietnamese, as they work.
_SUBJECTS = {
    "no_match": "Cảnh báo: nhiều lần đối chiếu không khớp",
    "clients": "Cảnh báo: một số định danh bị nhiều hệ thống tra cứu",
    "burst": "Cảnh báo: số lượt truy cập tăng đột biến",
    "feed": "Cảnh báo: một hệ thống từ chối nhận thông báo biến động",
}
_TEXTS = {
    "no_match": "Hệ thống {client} có {count} lần đối chiếu không khớp trong 10 phút.",
    "clients": "Một số định danh bị {count} hệ thống khác nhau đối chiếu trong 24 giờ.",
    "burst": "Hệ thống {client} có {count} lượt truy cập trong 10 phút.",
    "feed": "Hệ thống {client} từ chối thông báo biến động số {count}; thông báo đã được để riêng.",
}
_END = (
    "\n\nCảnh báo số {id}, lúc {at}. Thư này không chứa dữ liệu cá nhân.\n"
    "Đề nghị cán bộ trực xem danh sách bằng lệnh: population alarms list\n"
)


def mail(alarm: Alarm) -> tuple[str, str]:
    """Subject and text. Names a system, never a person."""
    facts = {
        "client": alarm.client_id,
        "count": alarm.count,
        "id": alarm.id,
        "at": alarm.raised_at.isoformat(timespec="seconds"),
    }
    return _SUBJECTS[alarm.kind], (_TEXTS[alarm.kind] + _END).format(**facts)


async def watch_for_ever(wiring: Wiring, delivery: Delivery) -> None:
    """Look, raise, mail, sleep. Ends only by cancellation."""
    watch = Watch()
    while True:
        try:
            await watch.look(wiring)
            await tell_staff(wiring, delivery)
        except AWAY:
            log.warning("alarms: the database is away")
        except DeliveryFailed as fault:
            log.warning("alarms: %s", fault)
        except Exception as fault:  # a watcher that ends in silence would be worse
            log.error("alarms: %s", type(fault).__name__)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


class Watch:
    """What one process has seen of the log: it reads each entry once."""

    def __init__(self) -> None:
        self._window = Window()
        self._seen: int | None = None

    async def look(self, wiring: Wiring) -> None:
        """Raise an alarm for every pattern that became unusual with the entries since the last look."""
        database, settings = wiring.database, wiring.settings
        newest = await access_log.newest_id(database)
        after = await access_log.begin_of_window(database) if self._seen is None else self._seen
        if newest <= after:
            return
        calls = await access_log.calls_between(database, after, newest)
        numbers = await access_log.numbers_of_many(database, after, newest)
        for one in calls:
            self._window.add(one)
        self._seen = newest
        thresholds = Thresholds(settings.alarm_no_match, settings.alarm_clients, settings.alarm_burst)
        midnight, _ = quota.today()
        for pattern in (*self._window.patterns(int(time.time() / PIECE_SECONDS)), *numbers):
            if thresholds.is_unusual(pattern):
                await alarms.raise_(database, pattern, midnight.date())


async def tell_staff(wiring: Wiring, delivery: Delivery) -> None:
    """Mail every alarm once; what cannot be sent is tried again at the next look."""
    async with wiring.database.transaction() as connection:
        for alarm in await alarms.take_unmailed(connection):
            await delivery.amail(wiring.settings.staff_email, *mail(alarm))
            await alarms.mailed(connection, alarm)
