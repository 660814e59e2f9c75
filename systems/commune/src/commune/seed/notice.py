"""The notice of 4 May 2024: from 1 July 2024 online services take the e-ID only."""

from datetime import date, datetime

from kernel.country_time import VIETNAM

NATIONAL = '<a href="/cong/quoc-gia">Cổng Dịch vụ công quốc gia</a>'
PROVINCE = '<a href="/cong/tinh">Cổng Dịch vụ công tỉnh Quảng Trị</a>'

ARTICLE = {
    "title": "Từ ngày 01/7/2024, chỉ dùng tài khoản VNeID khi thực hiện dịch vụ công trực tuyến",
    "slug": "tu-ngay-01-7-2024-chi-dung-tai-khoan-vneid",
    "published_at": datetime(2024, 5, 4, 14, 49, tzinfo=VIETNAM),
    "summary": (
        "Tài khoản do Cổng Dịch vụ công cấp trước đây sẽ ngừng hoạt động. Bà con cần liên kết với tài khoản "
        "định danh điện tử (VNeID) trước ngày 01/7/2024, theo hai bước."
    ),
    "source": "VP-TK xã",
    "source_note": (
        "Căn cứ: Nghị định số 59/2022/NĐ-CP của Chính phủ. Địa chỉ các cổng như đã công bố: "
        "https://dichvucong.gov.vn (Cổng Dịch vụ công quốc gia), https://dichvucong.quangtri.gov.vn "
        "(Cổng Dịch vụ công tỉnh Quảng Trị)."
    ),
    "legacy_id": 1714808383758,
    "legal_date": date(2024, 7, 1),
    "before_text": "Bà con cần liên kết tài khoản",
    "before_link": "Liên kết ngay tại Cổng Dịch vụ công quốc gia",
    "after_text": (
        "Tài khoản do Cổng cấp đã ngừng hoạt động từ ngày 01/7/2024. Xin đăng nhập bằng VNeID. Hồ sơ và giấy tờ của "
        "ông/bà vẫn được giữ nguyên; tài khoản chưa liên kết vẫn nhận lại được sau khi đăng nhập."
    ),
    "after_link": "Đăng nhập bằng VNeID tại Cổng Dịch vụ công quốc gia",
    "deadline_portal": "national",
}

CHECK_STEP = """
<ul>
<li>Đăng nhập Cổng Dịch vụ công quốc gia bằng tài khoản do Cổng cấp.</li>
<li>Mở phần thông tin tài khoản, tìm mục <b>Thông tin định danh</b>.</li>
<li>Chọn <b>Cập nhật từ CSDL Quốc gia về dân cư</b>.</li>
</ul>
<p>Nếu tài khoản chưa có số căn cước công dân, Cổng sẽ hướng dẫn cập nhật ngay sau khi đăng nhập. Nếu đã có, xin chuyển
sang bước 2.</p>
"""

LINK_STEP = """
<ul>
<li>Đăng nhập lại Cổng Dịch vụ công quốc gia bằng tài khoản do Cổng cấp.</li>
<li>Khi trang <b>Thông báo hệ thống</b> hiện ra, chọn <b>Đăng nhập bằng VNeID</b>.</li>
<li>Nhập số định danh cá nhân, mật khẩu và mã xác thực gồm 6 chữ số.</li>
<li>Mở lại mục <b>Thông tin định danh</b> để xem tài khoản đã được liên kết hay chưa.</li>
</ul>
"""

BODY = [
    (
        "paragraph",
        "<p>Thực hiện Nghị định số 59/2022/NĐ-CP của Chính phủ, kể từ ngày 01/7/2024, công dân đăng ký, đăng nhập "
        "Cổng Dịch vụ công quốc gia để nộp hồ sơ trực tuyến và dùng các tiện ích khác bằng tài khoản định danh điện tử "
        "(VNeID) do Bộ Công an cấp.</p>"
        f"<p>Tài khoản do Cổng cấp trước đây, lâu nay vẫn dùng để nộp hồ sơ tại {NATIONAL} và {PROVINCE}, sẽ ngừng "
        "hoạt động. Để hồ sơ và giấy tờ đã có được giữ nguyên, công dân và cán bộ có cả hai tài khoản cần làm hai bước "
        "sau đây trước ngày 01/7/2024.</p>",
    ),
    (
        "steps",
        [
            {"title": "Kiểm tra số căn cước công dân trong tài khoản", "text": CHECK_STEP},
            {"title": "Đăng nhập bằng VNeID để liên kết", "text": LINK_STEP},
        ],
    ),
    (
        "paragraph",
        "<p>Ủy ban nhân dân xã Tân Thành đề nghị các tổ chức, cá nhân thực hiện sớm để việc đăng nhập không bị gián "
        "đoạn. Bà con cần hỗ trợ xin đến Bộ phận Một cửa của xã, mang theo thẻ căn cước và điện thoại.</p>",
    ),
]
