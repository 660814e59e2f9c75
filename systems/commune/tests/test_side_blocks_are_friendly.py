"""The side blocks show what is planned, announced and who is invited, and a friendly line when there is nothing."""

from datetime import datetime

from bs4 import BeautifulSoup

from commune.invitations.models import InvitationIndexPage, InvitationPage
from commune.notices.models import NoticePage
from commune.schedule.models import ScheduleItem
from kernel.country_time import VIETNAM


def blocks(client):
    page = BeautifulSoup(client.get("/").content, "html.parser")
    return {block.h2.get_text(): block for block in page.select(".mc-side")}


def test_three_blocks_in_order(reader):
    assert list(blocks(reader)) == ["Lịch làm việc", "Thông báo mới", "Giấy mời"]


def test_empty_blocks_say_so(reader):
    NoticePage.objects.all().delete()
    ScheduleItem.objects.all().delete()
    empty = {name: block.select_one(".mc-side__empty").get_text() for name, block in blocks(reader).items()}
    assert empty == {
        "Lịch làm việc": "Những ngày tới chưa có lịch.",
        "Thông báo mới": "Hiện chưa có thông báo mới.",
        "Giấy mời": "Hiện chưa có giấy mời nào.",
    }


def test_schedule_begins_today_with_computed_weekdays(reader, country_at):
    country_at("2024-05-07 09:00")
    rows = [row.get_text(" ", strip=True) for row in blocks(reader)["Lịch làm việc"].select("li")]
    assert rows[0].startswith("Thứ Ba, 7-5-2024")
    assert len(rows) == 5


def test_notices_that_no_longer_hold_are_left_out(reader, country_at):
    assert "Lịch tiếp công dân tháng 4 năm 2024" not in blocks(reader)["Thông báo mới"].get_text()
    country_at("2024-05-08 00:00")
    assert "Tạm ngừng cấp nước" not in blocks(reader)["Thông báo mới"].get_text()
    assert "Hết hiệu lực" in reader.get("/thong-bao/tam-ngung-cap-nuoc-sua-duong-ong/").content.decode()


def test_an_invitation_is_shown_until_the_day_of_its_meeting(reader, country_at):
    page = InvitationPage(
        title="Giấy mời họp dân thôn 2",
        published_at=datetime(2024, 5, 4, 8, tzinfo=VIETNAM),
        meets_at=datetime(2024, 5, 10, 19, 30, tzinfo=VIETNAM),
        issuing_body="Ủy ban nhân dân xã",
        place="Nhà văn hóa thôn 2",
    )
    InvitationIndexPage.objects.get().add_child(instance=page)
    assert "19:30, Thứ Sáu, 10-5-2024" in blocks(reader)["Giấy mời"].get_text()
    assert "Nhà văn hóa thôn 2" in reader.get(page.url).content.decode()
    country_at("2024-05-11 00:00")
    assert "Giấy mời họp dân" not in blocks(reader)["Giấy mời"].get_text()


def test_draft_schedule_items_are_unseen(reader):
    ScheduleItem.objects.update(live=False)
    assert "Giao ban" not in reader.get("/").content.decode()
    assert "Giao ban" not in reader.get("/lich-lam-viec/?tuan=2024-05-06").content.decode()
