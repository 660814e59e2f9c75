"""Notices, schedule and introduction, all made up."""

NOTICES = [
    {
        "slug": "niem-yet-danh-sach-ho-ho-tro-nha-o",
        "at": "2024-05-03T08:00",
        "title": "Niêm yết danh sách hộ được hỗ trợ làm nhà ở",
        "number": "12/TB-UBND",
        "valid_until": "2024-05-18",
        "body": "<p>Danh sách được niêm yết tại trụ sở Ủy ban nhân dân xã và nhà văn hóa các thôn từ ngày 03/5 đến hết "
        "ngày 18/5/2024.</p><p>Bà con có ý kiến xin gửi bằng văn bản đến Bộ phận Một cửa của xã trong thời gian niêm "
        "yết.</p>",
    },
    {
        "slug": "tam-ngung-cap-nuoc-sua-duong-ong",
        "at": "2024-05-02T10:00",
        "title": "Tạm ngừng cấp nước để sửa đường ống",
        "number": "11/TB-UBND",
        "valid_until": "2024-05-07",
        "body": "<p>Thôn 1, thôn 2 và thôn 3 tạm ngừng cấp nước từ 7 giờ đến 17 giờ ngày 07/5/2024 để sửa đường ống "
        "chính.</p><p>Đề nghị bà con trữ nước trước và khóa van khi không dùng.</p>",
    },
    {
        "slug": "nhan-don-hoc-nghe-ngan-han",
        "at": "2024-04-25T14:00",
        "title": "Nhận đơn học nghề ngắn hạn",
        "number": "10/TB-UBND",
        "valid_until": "2024-05-31",
        "body": "<p>Xã nhận đơn học nghề sửa máy nông nghiệp, chăn nuôi thú y và may công nghiệp đến hết ngày "
        "31/5/2024.</p><p>Người học thuộc hộ nghèo, hộ cận nghèo được hỗ trợ tiền ăn và đi lại.</p>",
    },
    {
        "slug": "lich-tiep-cong-dan-thang-4",
        "at": "2024-03-28T08:00",
        "title": "Lịch tiếp công dân tháng 4 năm 2024",
        "number": "08/TB-UBND",
        "valid_until": "2024-04-30",
        "body": "<p>Chủ tịch Ủy ban nhân dân xã tiếp công dân vào sáng thứ Năm hằng tuần tại phòng tiếp công dân.</p>",
    },
]

# day, session, start, content, place, chair
SCHEDULE = [
    ("2024-05-06", "morning", "07:30", "Giao ban đầu tuần", "Hội trường Ủy ban nhân dân xã", "Chủ tịch"),
    ("2024-05-07", "afternoon", "14:00", "Hướng dẫn liên kết tài khoản VNeID", "Nhà văn hóa thôn 2", "Tổ công nghệ số"),
    ("2024-05-08", "morning", "08:00", "Kiểm tra điểm tiêm phòng dại", "Các thôn 1, 2, 3", "Phó Chủ tịch"),
    ("2024-05-09", "morning", "07:30", "Tiếp công dân", "Phòng tiếp công dân", "Chủ tịch"),
    ("2024-05-10", "afternoon", "14:00", "Họp xét đơn học nghề", "Phòng họp số 1", "Phó Chủ tịch"),
    ("2024-05-13", "morning", "07:30", "Giao ban đầu tuần", "Hội trường Ủy ban nhân dân xã", "Chủ tịch"),
    ("2024-05-14", "afternoon", "14:00", "Hướng dẫn liên kết tài khoản VNeID", "Nhà văn hóa thôn 4", "Tổ công nghệ số"),
    ("2024-07-01", "morning", "07:30", "Trực hỗ trợ đăng nhập bằng VNeID", "Bộ phận Một cửa", "Tổ công nghệ số"),
    ("2024-07-02", "morning", "07:30", "Giao ban đầu tuần", "Hội trường Ủy ban nhân dân xã", "Chủ tịch"),
]

INTRODUCTION = (
    "<p>Tân Thành là xã miền núi ở phía tây tỉnh Quảng Trị, có các thôn người Kinh và người Vân Kiều sống xen kẽ. "
    "Bà con trồng sắn, cà phê, chuối, chăn nuôi và buôn bán nhỏ dọc quốc lộ.</p>"
    "<h2>Bộ phận Một cửa</h2>"
    "<p>Bộ phận Một cửa tiếp nhận và trả kết quả hồ sơ tại trụ sở Ủy ban nhân dân xã, trong giờ hành chính. "
    'Bà con có thể nộp hồ sơ trực tuyến tại <a href="/cong/quoc-gia">Cổng Dịch vụ công quốc gia</a>.</p>'
)

# full name, position, telephone, duties: nobody real
OFFICERS = [
    ("Hồ Văn Thiện", "Chủ tịch Ủy ban nhân dân xã", "0900 000 101", "Phụ trách chung; tiếp công dân sáng thứ Năm."),
    ("Lê Thị Hoài", "Phó Chủ tịch Ủy ban nhân dân xã", "0900 000 102", "Văn hóa, giáo dục, y tế, chuyển đổi số."),
    ("Trần Đình Khải", "Phó Chủ tịch Ủy ban nhân dân xã", "0900 000 103", "Kinh tế, đất đai, xây dựng, thú y."),
    (
        "Nguyễn Thị Mỹ Lan",
        "Công chức Văn phòng - Thống kê",
        "0900 000 104",
        "Bộ phận Một cửa; trang thông tin điện tử.",
    ),
]
