"""Ordinary news of a commune in spring 2024, all made up."""

from dataclasses import dataclass

MAIN = "Tin hoạt động của xã"
CULTURE = "Văn hóa - Thể thao"


@dataclass(frozen=True)
class Item:
    """One article: `at` is the publish time in Vietnam, `text` its paragraphs."""

    slug: str
    at: str
    title: str
    summary: str
    text: tuple[str, ...]
    category: str = MAIN
    source: str = "VP-TK xã"


NEWS = [
    Item(
        "tiem-phong-dai-cho-meo-dot-1-2024",
        "2024-05-03T09:10",
        "Lịch tiêm phòng dại cho chó, mèo đợt 1 năm 2024",
        "Bà con đưa chó, mèo từ 2 tháng tuổi trở lên đến điểm tiêm của thôn theo lịch.",
        (
            "Từ ngày 08/5 đến ngày 10/5/2024, thú y xã tiêm phòng dại cho chó, mèo tại nhà văn hóa các thôn, "
            "buổi sáng từ 7 giờ 30, buổi chiều từ 14 giờ.",
            "Đề nghị bà con xích hoặc rọ mõm vật nuôi khi đưa đến điểm tiêm và mang theo sổ tiêm nếu có. Hộ có người "
            "già yếu, neo đơn xin báo trưởng thôn để được tiêm tại nhà.",
        ),
    ),
    Item(
        "ra-quan-lam-ve-sinh-duong-thon",
        "2024-05-02T16:25",
        "Ra quân làm vệ sinh đường thôn, ngõ xóm",
        "Hơn một trăm đoàn viên, hội viên và người dân cùng dọn vệ sinh, phát quang các tuyến đường.",
        (
            "Sáng nay, các thôn đồng loạt ra quân dọn rác, khơi thông cống rãnh và phát quang bụi rậm hai bên đường.",
            "Ủy ban nhân dân xã mời bà con giữ nếp dọn vệ sinh vào sáng thứ Bảy hằng tuần và bỏ rác đúng nơi quy định.",
        ),
    ),
    Item(
        "giai-bong-chuyen-chao-mung-30-4",
        "2024-05-01T18:00",
        "Sôi nổi giải bóng chuyền các thôn",
        "Tám đội bóng tranh tài trong hai ngày; đội thôn 3 về nhất.",
        (
            "Giải bóng chuyền nam các thôn năm 2024 có tám đội tham gia, thi đấu tại sân trung tâm xã.",
            "Ban tổ chức trao giải nhất cho đội thôn 3, giải nhì cho đội thôn 1 và giải phong cách cho đội thôn 5.",
        ),
        CULTURE,
        "Ban Văn hóa xã",
    ),
    Item(
        "tap-huan-trong-san-ben-vung",
        "2024-04-26T10:40",
        "Tập huấn trồng sắn bền vững cho hộ dân",
        "Sáu mươi hộ dân học cách chọn giống sạch bệnh, bón phân và giữ đất trên nương dốc.",
        (
            "Lớp tập huấn hướng dẫn bà con nhận biết bệnh khảm lá, chọn hom giống sạch bệnh và trồng xen cây họ đậu để "
            "giữ đất.",
            "Hộ chưa dự lớp có thể nhận tài liệu tại Bộ phận Một cửa của xã hoặc hỏi cán bộ khuyến nông.",
        ),
    ),
    Item(
        "lop-huong-dan-dich-vu-cong-truc-tuyen",
        "2024-04-24T15:05",
        "Mở lớp hướng dẫn dùng dịch vụ công trực tuyến tại nhà văn hóa thôn",
        "Tổ công nghệ số cộng đồng đến từng thôn, hướng dẫn bà con nộp hồ sơ bằng điện thoại.",
        (
            "Tổ công nghệ số cộng đồng hướng dẫn bà con đăng ký tài khoản, tra cứu thủ tục và nộp hồ sơ trực tuyến. "
            "Người dự lớp xin mang theo điện thoại và thẻ căn cước.",
            "Cán bộ chỉ hướng dẫn, không nhập thay mật khẩu và không hỏi mã xác thực của bất kỳ ai.",
        ),
    ),
    Item(
        "ngay-hoi-doc-sach-2024",
        "2024-04-21T08:30",
        "Ngày hội đọc sách ở trường tiểu học và trung học cơ sở xã",
        "Học sinh góp hơn ba trăm cuốn sách cho tủ sách dùng chung.",
        (
            "Ngày hội có phần kể chuyện theo sách, vẽ bìa sách và đổi sách cũ lấy cây xanh.",
            "Tủ sách dùng chung mở cửa cho cả phụ huynh vào chiều thứ Sáu hằng tuần.",
        ),
        CULTURE,
        "Ban Văn hóa xã",
    ),
    Item(
        "ket-qua-thu-quy-phong-chong-thien-tai",
        "2024-04-19T14:15",
        "Kết quả thu quỹ phòng, chống thiên tai",
        "Các thôn đã hoàn thành kế hoạch thu; danh sách được niêm yết tại nhà văn hóa thôn.",
        (
            "Đến ngày 18/4/2024, các thôn đã hoàn thành việc thu quỹ phòng, chống thiên tai. Danh sách đóng góp và "
            "miễn, giảm được niêm yết công khai tại nhà văn hóa thôn.",
            "Bà con có ý kiến về danh sách xin gửi trưởng thôn hoặc Bộ phận Một cửa của xã trong 10 ngày.",
        ),
    ),
    Item(
        "phong-chay-chua-chay-rung-mua-kho",
        "2024-04-17T07:50",
        "Tuyên truyền phòng cháy, chữa cháy rừng mùa khô",
        "Không đốt nương khi có gió lớn; thấy khói trong rừng xin báo ngay cho xã.",
        (
            "Nắng nóng kéo dài, gió tây nam thổi mạnh, nguy cơ cháy rừng ở mức cao. Đề nghị bà con không đốt thực bì, "
            "không mang lửa vào rừng trong thời gian này.",
            "Khi thấy khói hoặc lửa trong rừng, xin báo ngay cho trưởng thôn hoặc gọi số điện thoại trực của xã.",
        ),
    ),
    Item(
        "be-tong-hoa-duong-vao-khu-san-xuat",
        "2024-04-12T16:00",
        "Khởi công đường bê tông vào khu sản xuất thôn 2",
        "Tuyến đường dài 850 m, nhân dân hiến đất và góp ngày công.",
        (
            "Tuyến đường rộng 3 m, dài 850 m, nối đường liên thôn với khu sản xuất. Mười hai hộ đã hiến đất để mở rộng "
            "mặt đường.",
            "Trong thời gian thi công, xe tải xin đi đường vòng qua thôn 4.",
        ),
    ),
    Item(
        "ra-soat-ho-ngheo-can-ngheo",
        "2024-04-09T10:20",
        "Hướng dẫn làm đơn đề nghị rà soát hộ nghèo, hộ cận nghèo",
        "Hộ gặp biến cố trong năm có thể nộp đơn bất cứ lúc nào, không phải chờ kỳ rà soát cuối năm.",
        (
            "Hộ gặp tai nạn, ốm đau dài ngày hoặc thiên tai làm đơn theo mẫu, nộp tại Bộ phận Một cửa của xã.",
            "Trưởng thôn giúp bà con chưa quen viết đơn. Việc rà soát không thu bất kỳ khoản tiền nào.",
        ),
    ),
    Item(
        "kham-suc-khoe-nguoi-cao-tuoi",
        "2024-04-05T09:00",
        "Khám sức khỏe cho người cao tuổi tại trạm y tế",
        "Hơn hai trăm cụ được đo huyết áp, khám mắt và cấp thuốc miễn phí.",
        (
            "Trạm y tế xã khám sức khỏe định kỳ cho người từ 60 tuổi trở lên trong ba ngày.",
            "Cụ nào chưa đi được xin báo cộng tác viên y tế thôn để được khám tại nhà.",
        ),
    ),
    Item(
        "trao-bo-giong-cho-ho-kho-khan",
        "2024-03-29T15:30",
        "Trao bò giống sinh sản cho hộ khó khăn",
        "Mười hộ ở thôn 1 và thôn 5 nhận bò giống kèm hướng dẫn làm chuồng, trồng cỏ.",
        (
            "Các hộ nhận bò được hướng dẫn làm chuồng, trồng cỏ voi và tiêm phòng đúng lịch.",
            "Khi bò sinh bê đầu tiên, hộ chuyển lại một con bê cho hộ tiếp theo trong danh sách.",
        ),
    ),
]
