"""Demo citizens: one for each situation that the move to the e-ID meets.

A table to read. Everybody lives in Hướng Hóa in May 2024; nobody exists.
"""

from dataclasses import replace
from datetime import date

from synthetic.demo_person import (
    BIRTH,
    PERMANENT_RESIDENCE,
    POLICE,
    TEMPORARY_RESIDENCE,
    DemoPerson,
    Duty,
    at,
    demo_person,
    old_account,
    record,
)
from synthetic.records import EidAccount, OldDossier, Person

_DUYEN = record("045185000123", "Hồ Thị Mỹ Duyên", "1985-02-12", "TT-0001/wife")
_LAM = record("045079000201", "Nguyễn Văn Lâm", "1979-08-21", "TT-0002/head", "Thôn An Tiêm")
_THUY = record("045190000202", "Hồ Thị Thùy", "1990-10-05", "TT-0003/head")
_HAI = record("045087000203", "Trần Văn Hải", "1987-01-30", "TT-0004/head", "Thôn An Tiêm")
_GAI = record("045158000204", "Hồ Thị Gái", "1958-03-08", "TT-0005/head")
_KIEU = record("045201000205", "Hồ Văn Kiều", "2001-11-02", "TT-0003/brother")
_NUOI = record("045165000206", "Hồ Thị Nuôi", "1965-06-15", "TT-0006/head")
_SON = record("045088000207", "Võ Đình Sơn", "1988-12-09", "LB-0001/head", "Khóm Đông Chín")
_HANH = record("045182000208", "Lê Thị Hạnh", "1982-04-17", "LB-0002/head", "Khóm Tân Kim")
_QUANG = record("045080000209", "Phan Thanh Quang", "1980-09-03", "KS-0001/head", "Khối 3")
_LAN = record("045177000210", "Đoàn Thị Lan", "1977-05-26", "TT-0007/head", "Thôn An Tiêm")
_THIET = replace(
    record("045049000211", "Hồ Văn Thiết", "1949-10-10", "TT-0006/husband"),
    state="dead",
    state_since=date(2023, 11, 5),
)
_LINH = record("045304000212", "Nguyễn Khánh Linh", "2004-08-14", "TT-0002/daughter", "Thôn An Tiêm")
_VINH = record("045091000213", "Hoàng Văn Vinh", "1991-03-19", "LB-0003/head", "Khóm Tân Kim")
_CHAU = record("045193000214", "Trương Thị Châu", "1993-07-07", "LB-0004/head", "Khóm Đông Chín")
_KHOA = record("045202000215", "Đặng Minh Khoa", "2002-02-25", "KS-0002/head", "Khối 5")
_HOA = record("045198000216", "Hồ Thị Hoa", "1998-09-02", "TT-0008/head")
_HOA_TWIN = record("045198000217", "Hồ Thị Hòa", "1998-09-02", "TT-0008/sister")
_BA = record("045184000218", "Nguyễn Thị Ba", "1984-11-11", "TT-0009/head", "Thôn An Tiêm")
_KHAM = record("045040000219", "Hồ Văn Khăm", "1940", "TT-0010/head")
_DUNG = record("045086000220", "Mai Tiến Dũng", "1986-06-01", "LB-0005/head", "Khóm Đông Chín")
DUNG_FORMER_NUMBER = replace(
    _DUNG,
    personal_id="045186000220",
    sex="F",
    household=None,
    relation=None,
    state="merged",
    state_since=date(2022, 5, 4),
    merged_into="045086000220",
)
_TAM = record("045094000221", "Bùi Văn Tám", "1994-01-15", "KS-0003/head", "Khối 5")

CITIZENS: tuple[DemoPerson, ...] = (
    demo_person(
        "duyen",
        _DUYEN,
        123,
        "Sẵn sàng liên kết: tài khoản cũ đã khớp số định danh, VNeID mức độ 2",
        "Ready to link: old account matched, level 2 e-ID",
        accounts=(
            old_account(
                _DUYEN,
                123,
                documents=("Giấy khai sinh con.pdf", "Ảnh nhà ở.jpg"),
                dossiers=(
                    OldDossier(BIRTH, at("2023-03-14 09:05"), 10),
                    OldDossier(TEMPORARY_RESIDENCE, at("2024-04-22 08:20"), 4),
                ),
            ),
        ),
    ),
    demo_person(
        "lam",
        _LAM,
        201,
        "Chưa khớp: tài khoản cũ chưa có số định danh",
        "Not matched: the old account has no personal number yet",
        accounts=(old_account(_LAM, 201, personal_id=None, matched=False, twist="no_number"),),
    ),
    demo_person(
        "thuy",
        _THUY,
        202,
        "Sai dấu: tài khoản cũ ghi “Hồ Thị Thuy”",
        "Wrong diacritics: the old account says “Hồ Thị Thuy”",
        accounts=(old_account(_THUY, 202, full_name="Hồ Thị Thuy", matched=False, twist="accents_lost"),),
    ),
    demo_person(
        "hai",
        _HAI,
        203,
        "Số định danh đã nằm trong tài khoản của người khác (Lê Quang Trung)",
        "His number stands in another person's account (Lê Quang Trung)",
        accounts=(
            old_account(_HAI, 203, personal_id=None, matched=False, twist="number_taken"),
            old_account(
                _HAI,
                303,
                full_name="Lê Quang Trung",
                birth_date="1986-09-09",
                email="trung@example.vn",
                matched=False,
                twist="someone_elses_number",
            ),
        ),
    ),
    demo_person(
        "gai",
        _GAI,
        204,
        "Tài khoản cũ chỉ có số CMND 9 số",
        "The old account has a 9-digit number only",
        accounts=(
            old_account(_GAI, 204, personal_id=None, legacy_id9="197012204", matched=False, twist="nine_digits"),
        ),
    ),
    demo_person(
        "kieu",
        _KIEU,
        205,
        "VNeID mức độ 1, tài khoản cũ đã khớp",
        "Level 1 e-ID, old account matched",
        eid=EidAccount(level=1),
        accounts=(old_account(_KIEU, 205),),
    ),
    demo_person(
        "nuoi",
        _NUOI,
        206,
        "Chưa có VNeID, tài khoản cũ đã khớp",
        "No e-ID, old account matched",
        eid=None,
        accounts=(old_account(_NUOI, 206),),
    ),
    demo_person(
        "son",
        _SON,
        207,
        "VNeID đang bị khóa theo yêu cầu của chính mình",
        "E-ID locked at the owner's own request",
        eid=EidAccount(state="locked", lock_reason="own_request"),
        accounts=(old_account(_SON, 207),),
    ),
    demo_person(
        "hanh",
        _HANH,
        208,
        "Hai tài khoản cũ: một có số định danh, một có CMND 9 số",
        "Two old accounts: one with the number, one with 9 digits",
        accounts=(
            old_account(_HANH, 208, dossiers=(OldDossier(PERMANENT_RESIDENCE, at("2022-10-03 10:40"), 10),)),
            old_account(
                _HANH,
                308,
                personal_id=None,
                legacy_id9="197012208",
                matched=False,
                created_at=at("2020-02-11 14:00"),
                dossiers=(OldDossier(BIRTH, at("2020-02-12 08:30"), 10),),
                twist="second_account",
            ),
        ),
    ),
    demo_person(
        "quang",
        _QUANG,
        209,
        "Công chức: tài khoản cũ loại công chức, có vai trò xử lý hồ sơ",
        "An official: old account of the officials' kind, processes dossiers",
        accounts=(old_account(_QUANG, 209, kind="official"),),
        duties=(Duty(*POLICE, "processing_officer", "Cán bộ đăng ký cư trú"),),
    ),
    demo_person(
        "lan",
        _LAN,
        210,
        "Tổ chức: Hợp tác xã Nông nghiệp Tân Thành, mã số thuế 3200123452",
        "An organisation: Tân Thành farming cooperative, tax code 3200123452",
        accounts=(
            old_account(
                _LAN,
                210,
                kind="organisation",
                full_name="Hợp tác xã Nông nghiệp Tân Thành",
                tax_code="3200123452",
                personal_id=None,
                matched=False,
            ),
        ),
    ),
    demo_person(
        "thiet",
        _THIET,
        211,
        "Chủ tài khoản đã mất ngày 05/11/2023",
        "The account's owner died on 5 November 2023",
        eid=EidAccount(state="dead"),
        accounts=(old_account(_THIET, 211, last_sign_in_at=at("2023-09-01 07:50"), twist="dead_owner"),),
    ),
    demo_person("linh", _LINH, 212, "Có VNeID, chưa từng có tài khoản cũ", "E-ID, never had an old account"),
    demo_person(
        "vinh",
        _VINH,
        213,
        "Dùng VNeID trước; tài khoản cũ đã khớp mà chưa liên kết",
        "E-ID used first; the old account is matched, not linked",
        accounts=(old_account(_VINH, 213, dossiers=(OldDossier(TEMPORARY_RESIDENCE, at("2024-03-04 15:10"), 10),)),),
    ),
    demo_person(
        "chau",
        _CHAU,
        314,
        "Số điện thoại của tài khoản cũ (0900 000 214) nay là của người khác",
        "The old account's phone (0900 000 214) now belongs to another person",
        eid=EidAccount(phone_since=date(2023, 5, 12)),
        accounts=(old_account(_CHAU, 214, twist="recycled_phone"),),
    ),
    demo_person(
        "khoa",
        _KHOA,
        214,
        "Chủ mới của số 0900 000 214 từ 10/5/2023",
        "New holder of 0900 000 214 since 10 May 2023",
        eid=EidAccount(phone_since=date(2023, 5, 10)),
    ),
    demo_person(
        "hoa",
        _HOA,
        216,
        "Sinh đôi: Hồ Thị Hoa, cùng ngày sinh với Hồ Thị Hòa",
        "Twin: Hồ Thị Hoa, born the same day as Hồ Thị Hòa",
        accounts=(old_account(_HOA, 216, twist="twin"),),
    ),
    demo_person(
        "hoa-em",
        _HOA_TWIN,
        217,
        "Sinh đôi: Hồ Thị Hòa, tài khoản cũ chưa có số định danh",
        "Twin: Hồ Thị Hòa, no number in the old account yet",
        accounts=(old_account(_HOA_TWIN, 217, personal_id=None, matched=False, twist="twin"),),
    ),
    demo_person(
        "ba",
        _BA,
        218,
        "VNeID đã duyệt nhưng chưa kích hoạt",
        "E-ID approved, not activated",
        eid=EidAccount(state="not_activated"),
        accounts=(old_account(_BA, 218),),
    ),
    demo_person(
        "kham",
        _KHAM,
        219,
        "Giấy tờ chỉ ghi năm sinh; tài khoản cũ ghi 01/01/1940",
        "Papers give the year of birth only; the old account says 1 January 1940",
        accounts=(old_account(_KHAM, 219, birth_date="1940-01-01", matched=False, twist="year_only"),),
    ),
    demo_person(
        "dung",
        _DUNG,
        220,
        "Số định danh cũ đã hủy, tài khoản cũ còn ghi số cũ 045186000220",
        "His former number was cancelled; the old account still has it",
        accounts=(old_account(_DUNG, 220, personal_id="045186000220", matched=False, twist="merged_number"),),
    ),
    demo_person(
        "tam",
        _TAM,
        221,
        "Tài khoản cũ ghi họ tên người khác (Bùi Văn Bảy): chuyển quầy hỗ trợ",
        "The old account bears another name (Bùi Văn Bảy): for the claim desk",
        accounts=(old_account(_TAM, 221, full_name="Bùi Văn Bảy", matched=False, twist="other_person"),),
    ),
)

# Records of the register that belong to nobody's demo: a former number, a child.
REGISTER_ONLY: tuple[Person, ...] = (
    DUNG_FORMER_NUMBER,
    record("045212000125", "Nguyễn Hồ Bảo An", "2012-05-18", "TT-0001/son"),
)
