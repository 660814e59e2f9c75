"""Plays the notice from 4 May 2024 over the night of 30 June to 1 July, on a fresh country of its own."""

from __future__ import annotations

import shutil
import time
import unicodedata
from collections.abc import Callable
from typing import Any

from sandbox import browsing, clock, registration
from sandbox.browsing import give_eid, heading, sign_in_eid, sign_in_old, text_of
from sandbox.demo import dossier, report
from sandbox.demo.recorder import Recorder
from sandbox.own_country import RunningCountry, running_country
from sandbox.places import Places
from sandbox.proofs import find_chromium
from synthetic import demo
from synthetic.demo_person import DemoPerson

NATIONAL, PROVINCE, EID, COMMUNE = "Cổng quốc gia", "Cổng Quảng Trị", "VNeID", "Trang xã Tân Thành"


def run(places: Places) -> int:
    """The whole demo; writes `.motcua/demo/index.html`; 0 when every step held."""
    find_chromium(install=True)
    places.make()
    registration.build_assets(places)
    folder = places.state / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    print("Một Cửa: a fresh country for the demo", flush=True)
    with running_country(people=1000, say=lambda line: print(line, flush=True)) as country:
        began, started = clock.now(country.deployment.places), time.monotonic()
        recorder = Recorder(folder, lambda line: print(line, flush=True))
        with browsing.chromium_browser() as browser:
            play(country, browser, recorder)
        failed = [step for step in recorder.steps if step.fault]
        path = report.write(folder, recorder.steps, time.monotonic() - started, began, people=4)
    print(f"{len(recorder.steps) - len(failed)} of {len(recorder.steps)} steps held: {path}")
    return 1 if failed else 0


def play(country: RunningCountry, browser: Any, recorder: Recorder) -> None:
    """All scenes in order. A scene stops at its first broken step; the next begins all the same."""
    memory: dict[str, Any] = {}
    for scene in (_notice, _match, _link, _dossier, _last_minute, _midnight):
        scene(_Stage(country, browser, recorder, memory))


class _Stage:
    """What every scene needs: the country, fresh browsers, the people, and `step` that stops a broken scene."""

    def __init__(self, country: RunningCountry, browser: Any, recorder: Recorder, memory: dict[str, Any]) -> None:
        self.country, self._browser, self._recorder = country, browser, recorder
        self.memory = memory  # pages that a later scene goes on with
        self.broken = False

    def page(self, **options: Any) -> Any:
        return browsing.new_page(self._browser, **options)

    def step(self, page: Any, title: str, promise: str, where: str, act: Callable[[], None]) -> None:
        if not self.broken:
            self.broken = not self._recorder.step(page, title, promise, where, act)


def _has(page: Any, *words: str) -> None:
    seen = unicodedata.normalize("NFC", text_of(page))
    missing = [word for word in words if word not in seen]
    assert not missing, f"not on the page: {missing}; its heading is “{heading(page)}”"


def _person(slug: str) -> DemoPerson:
    return demo.by_slug(slug)


def _notice(stage: _Stage) -> None:
    page, home = stage.page(), stage.country.origin("tanthanh")

    def read() -> None:
        page.goto(f"{home}/")
        page.get_by_role("link", name="VNeID").first.click()
        _has(page, "Chi tiết tin", "14:49, Thứ Bảy, 4-5-2024", "Còn 58 ngày", "Nguồn: VP-TK xã", "Các tin khác")
        _has(page, "Thông tin định danh", "Cập nhật từ CSDL Quốc gia về dân cư", "Thông báo hệ thống")
        _has(page, "Lịch làm việc", "Thông báo mới", "Giấy mời")
        assert "pageHolder" not in page.content()

    def follow() -> None:
        page.locator(f'main a[href^="{stage.country.origin("national")}"]').first.click()
        page.wait_for_url(f"{stage.country.origin('national')}/**")

    stage.step(page, "Đọc thông báo của xã", "Bài viết có hạn, hai bước, nguồn và các tin khác.", COMMUNE, read)
    stage.step(page, "Theo liên kết sang Cổng Dịch vụ công quốc gia", "Mở đúng Cổng đang chạy ở đây.", NATIONAL, follow)


def _match(stage: _Stage) -> None:
    page, country, lam = stage.page(), stage.country, _person("lam")

    def first() -> None:
        sign_in_old(page, country, lam)
        page.wait_for_url("**/cap-nhat-so-dinh-danh*")
        _has(page, "Cập nhật", "Bỏ qua")

    def skip() -> None:
        page.click("#match-skip")
        assert "/cap-nhat-so-dinh-danh" not in page.url, page.url

    def identity() -> None:
        page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
        _has(page, "Thông tin định danh", "Cập nhật từ CSDL Quốc gia về dân cư")

    def match() -> None:
        page.click("#refresh-from-population-db")
        page.fill("#personal_id", lam.personal_id)
        page.click("#match-submit")
        page.wait_for_selector(".mc-verified")
        _has(page, "Đã xác thực")

    step = stage.step
    step(
        page,
        "Đăng nhập bằng tài khoản do Cổng cấp",
        "Chưa có số: trang hướng dẫn có “Cập nhật” và “Bỏ qua”.",
        NATIONAL,
        first,
    )
    step(page, "Chọn “Bỏ qua”", "Vẫn vào được Cổng; lần sau Cổng lại nhắc.", NATIONAL, skip)
    step(page, "Vào mục “Thông tin định danh”", "Có nút “Cập nhật từ CSDL Quốc gia về dân cư”.", NATIONAL, identity)
    step(page, "Cập nhật số định danh", "Mỗi thông tin khớp có dấu xanh và chữ “Đã xác thực”.", NATIONAL, match)


def _link(stage: _Stage) -> None:
    page, country, lam = stage.page(), stage.country, _person("lam")
    stage.memory["lam"] = page

    def again() -> None:
        sign_in_old(page, country, lam)
        page.wait_for_url("**/thong-bao-he-thong*")
        _has(page, "Thông báo hệ thống", "58 ngày", "Đăng nhập bằng VNeID", "Để sau")

    def eid() -> None:
        page.click("#link-start")
        page.wait_for_selector("#username")
        _has(page, "Cổng Dịch vụ công quốc gia")

    def yours() -> None:
        give_eid(page, country, lam)
        page.wait_for_selector("#link-mine")
        _has(page, "Tài khoản này có phải của ông/bà")

    def linked() -> None:
        page.click("#link-mine")
        page.wait_for_selector("#linked-accounts")
        _has(page, "Danh sách tài khoản liên kết", "mức độ 2")

    step = stage.step
    step(
        page,
        "Đăng nhập lại bằng tài khoản do Cổng cấp",
        "Trang “Thông báo hệ thống” có số ngày còn lại.",
        NATIONAL,
        again,
    )
    step(page, "Nhấn “Đăng nhập bằng VNeID”", "Trang của VNeID nói rõ ai đang hỏi.", EID, eid)
    step(
        page,
        "Số định danh, mật khẩu, mã xác thực, đồng ý",
        "Cổng hỏi: tài khoản này có phải của ông/bà?",
        NATIONAL,
        yours,
    )
    step(page, "Xác nhận", "Danh sách tài khoản liên kết hiện mức độ và thời gian.", NATIONAL, linked)


def _dossier(stage: _Stage) -> None:
    page, desk, country, lam = stage.page(), stage.page(), stage.country, _person("lam")
    stage.memory["lam-province"] = page

    def province() -> None:
        sign_in_eid(page, country, "quangtri", lam)
        page.wait_for_url(f"{country.origin('quangtri')}/**")
        dossier.pass_first_visit(page)
        _has(page, "Đăng xuất", lam.full_name)

    def locked() -> None:
        dossier.start(page, country, "quangtri")
        _has(page, lam.full_name, lam.personal_id, "Thôn An Tiêm")
        assert not page.locator("#full_name").count(), "the verified name can be typed over"

    def check() -> None:
        dossier.fill_to_check(page)
        _has(page, "Kiểm tra trước khi nộp", "Số 12, thôn An Tiêm", "cho-o.png")

    def receipt() -> None:
        dossier.submit(page)
        _has(page, "Đã nộp hồ sơ", ".H50-2405")

    def queue() -> None:
        dossier.go_on_duty(desk, country, "quangtri", _person("ngoc"))
        _has(desk, "Hồ sơ chờ tiếp nhận", ".H50-2405")

    def accept() -> None:
        desk.locator('main a[href*="/mot-cua/ho-so/"]').first.click()
        desk.locator("input[name=decision][value=accept]").check(force=True)
        desk.get_by_role("button", name="Gửi trả lời").click()
        desk.wait_for_load_state()
        _has(desk, "Được tiếp nhận")

    def seen() -> None:
        page.goto(f"{country.origin('quangtri')}/ho-so")
        _has(page, "Được tiếp nhận")

    step = stage.step
    step(
        page, "Đăng nhập Cổng tỉnh bằng VNeID", "Lần đầu Cổng tỉnh hỏi một câu, rồi mở trang riêng.", PROVINCE, province
    )
    step(
        page,
        "Nộp 1.004194 Đăng ký tạm trú",
        "Thông tin Nhà nước đã có thì điền sẵn và không sửa được.",
        PROVINCE,
        locked,
    )
    step(page, "Kiểm tra trước khi nộp", "Mọi câu trả lời và tệp kèm theo ở một trang.", PROVINCE, check)
    step(page, "Nộp hồ sơ", "Có mã hồ sơ, hạn trả lời, mã QR và giấy biên nhận.", PROVINCE, receipt)
    step(desk, "Cán bộ một cửa vào làm việc", "Hồ sơ nằm trong hàng chờ của đúng nơi tiếp nhận.", PROVINCE, queue)
    step(desk, "Cán bộ tiếp nhận hồ sơ", "Hồ sơ chuyển sang “Được tiếp nhận”.", PROVINCE, accept)
    step(page, "Người dân xem lại hồ sơ", "Trạng thái mới hiện ở “Hồ sơ của tôi”.", PROVINCE, seen)


def _last_minute(stage: _Stage) -> None:
    page, country, duyen = stage.page(), stage.country, _person("duyen")
    stage.memory["duyen"] = page

    def still() -> None:
        country.move_clock("2024-06-30 23:59")
        sign_in_old(page, country, duyen)
        page.wait_for_url("**/thong-bao-he-thong*")
        _has(page, "Để sau")

    def through() -> None:
        page.goto(f"{country.origin('quangtri')}/sso/bat-dau")
        page.wait_for_url(f"{country.origin('quangtri')}/**")
        dossier.pass_first_visit(page)
        _has(page, "Đăng xuất")

    stage.step(page, "23 giờ 59 phút, ngày 30/6/2024", "Tài khoản do Cổng cấp vẫn đăng nhập được.", NATIONAL, still)
    stage.step(page, "Từ đó sang Cổng tỉnh", "Tài khoản Cổng quốc gia vào được Cổng Quảng Trị.", PROVINCE, through)


def _midnight(stage: _Stage) -> None:
    country, duyen, lam = stage.country, _person("duyen"), _person("lam")
    old, linked, fresh, commune = stage.memory["duyen"], stage.memory["lam"], stage.page(), stage.page()

    def ended() -> None:
        country.move_clock("2024-07-01 00:00")
        old.goto(f"{country.origin('national')}/tai-khoan")
        assert "Đăng xuất" not in text_of(old), "the old session is still alive"

    def ended_there() -> None:
        old.goto(f"{country.origin('quangtri')}/tai-khoan")
        assert "Đăng xuất" not in text_of(old), "the session that came through single sign-on is still alive"

    def unnoticed() -> None:
        at_province = stage.memory["lam-province"]
        at_province.goto(f"{country.origin('quangtri')}/ho-so")
        _has(at_province, "Được tiếp nhận")
        linked.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
        _has(linked, "Danh sách tài khoản liên kết", lam.full_name)

    def refused() -> None:
        fresh.goto(f"{country.origin('national')}/dang-nhap")
        _has(fresh, "01/7/2024", "VNeID")
        assert not fresh.locator("#login-submit").count(), "the old sign-in still has a form"

    def late() -> None:
        sign_in_eid(fresh, country, "national", duyen)
        fresh.wait_for_url(f"{country.origin('national')}/**")
        fresh.locator("#late-link-start, #link-start").first.click()
        if fresh.locator("#username").count():
            give_eid(fresh, country, duyen)
        fresh.click("#link-mine")
        fresh.wait_for_selector("#linked-accounts")

    def expired() -> None:
        commune.goto(f"{country.origin('tanthanh')}/")
        commune.get_by_role("link", name="VNeID").first.click()
        _has(commune, "Đã hết hạn")

    step = stage.step
    step(old, "0 giờ, ngày 01/7/2024", "Phiên mở bằng tài khoản do Cổng cấp kết thúc.", NATIONAL, ended)
    step(old, "Cùng lúc, ở Cổng tỉnh", "Phiên đi qua Cổng quốc gia cũng kết thúc.", PROVINCE, ended_there)
    step(linked, "Người đã liên kết không nhận thấy gì", "Phiên VNeID vẫn tiếp tục ở cả hai Cổng.", NATIONAL, unnoticed)
    step(fresh, "Đăng nhập cũ bị từ chối", "Trang nói rõ vì sao, giấy tờ vẫn còn và đi đường nào.", NATIONAL, refused)
    step(fresh, "Liên kết muộn bằng VNeID mức độ 2", "Tài khoản cũ về với chủ của nó.", NATIONAL, late)
    step(commune, "Thông báo của xã sau hạn", "Bài viết nói đã hết hạn và việc cần làm bây giờ.", COMMUNE, expired)


__all__ = ["play", "run"]
