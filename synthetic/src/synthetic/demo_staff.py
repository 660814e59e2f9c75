"""Demo staff: who administers, decides on the date, receives dossiers, edits; a table to read. Nobody exists."""

from synthetic.demo_person import NATIONAL, POLICE, PROVINCE, DemoPerson, Duty, demo_person, old_account, record

_PHUOC = record("045083000124", "Nguyễn Hữu Phước", "1983-07-20", "TT-0001/head")
_ADMIN_1 = record("045075000301", "Lê Minh Tuấn", "1975-02-03", "KS-0101/head", "Khối 1")
_ADMIN_2 = record("045178000302", "Phạm Thị Thanh Hà", "1978-12-24", "KS-0102/head", "Khối 1")
_PROPOSER = record("045082000303", "Trần Quốc Bảo", "1982-10-08", "KS-0103/head", "Khối 2")
_APPROVER = record("045173000304", "Nguyễn Thị Thu Hương", "1973-05-30", "KS-0104/head", "Khối 2")
_NGOC = record("045189000305", "Bùi Thị Ngọc", "1989-08-28", "LB-0101/head", "Khóm Tân Kim")
_EDITOR = record("045192000306", "Võ Thị Cẩm Tú", "1992-04-04", "TT-0101/head", "Thôn An Tiêm")
_DESK = record("045081000307", "Đỗ Hữu Nghĩa", "1981-07-27", "KS-0105/head", "Khối 2")
_DESK_2 = record("045184000308", "Trần Thị Kim Oanh", "1984-11-09", "KS-0106/head", "Khối 3A")
_DESK_3 = record("045087000310", "Phan Đình Lợi", "1987-03-15", "KS-0108/head", "Khối 3A")
_REVIEWER = record("045079000309", "Lê Văn Hòa", "1979-06-02", "KS-0107/head", "Khối 3A")
_DESK_OFFICES = ("000.00.01.G22", "000.00.02.G22")


def _administrator(by: str, and_by: str) -> tuple[Duty, ...]:
    position = "Quản trị tài khoản công vụ"
    return tuple(Duty(*place, "agency_admin", position, by, and_by) for place in (NATIONAL, PROVINCE))


STAFF: tuple[DemoPerson, ...] = (
    demo_person(
        "phuoc",
        _PHUOC,
        124,
        "Cán bộ tiếp nhận, cùng hộ với bà Duyên: không được xử lý hồ sơ của bà",
        "Reception officer of Ms Duyên's household: may not handle her case",
        accounts=(old_account(_PHUOC, 124, kind="official"),),
        duties=(Duty(*POLICE, "reception_officer", "Cán bộ tiếp nhận"),),
    ),
    demo_person(
        "admin-1",
        _ADMIN_1,
        301,
        "Quản trị cơ quan thứ nhất: lập bảng công vụ",
        "First agency administrator: fills the duty table",
        duties=_administrator("admin-1", "admin-2"),
    ),
    demo_person(
        "admin-2",
        _ADMIN_2,
        302,
        "Quản trị cơ quan thứ hai: duyệt bảng công vụ",
        "Second agency administrator: approves the duty table",
        duties=_administrator("admin-1", "admin-2"),
    ),
    demo_person(
        "de-xuat",
        _PROPOSER,
        303,
        "Người đề xuất ngày chuyển đổi",
        "Proposes the date of the change",
        duties=(Duty(*NATIONAL, "policy_proposer", "Chuyên viên chính"),),
    ),
    demo_person(
        "phe-duyet",
        _APPROVER,
        304,
        "Người phê duyệt ngày chuyển đổi",
        "Approves the date of the change",
        duties=(Duty(*NATIONAL, "policy_approver", "Phó Cục trưởng"),),
    ),
    demo_person(
        "ngoc",
        _NGOC,
        305,
        "Cán bộ tiếp nhận hồ sơ, Công an xã Tân Thành",
        "Reception officer, Tân Thành commune police",
        duties=(Duty(*POLICE, "reception_officer", "Cán bộ tiếp nhận"),),
    ),
    demo_person(
        "tu",
        _EDITOR,
        306,
        "Biên tập viên trang thông tin xã Tân Thành",
        "Editor of the Tân Thành commune site",
        edits_commune_site=True,
    ),
    demo_person(
        "nghia",
        _DESK,
        307,
        "Cán bộ quầy hỗ trợ nhận lại tài khoản",
        "Officer of the claim desk",
        duties=(Duty(*NATIONAL, "desk_officer", "Cán bộ hỗ trợ"),),
    ),
    demo_person(
        "oanh",
        _DESK_2,
        308,
        "Cán bộ quầy hỗ trợ nhận lại tài khoản, đơn vị khác",
        "Officer of the claim desk, another office",
        duties=(Duty(*NATIONAL[:2], _DESK_OFFICES[0], "desk_officer", "Cán bộ hỗ trợ"),),
    ),
    demo_person(
        "loi",
        _DESK_3,
        310,
        "Cán bộ quầy hỗ trợ nhận lại tài khoản, đơn vị thứ ba",
        "Officer of the claim desk, a third office",
        duties=(Duty(*NATIONAL[:2], _DESK_OFFICES[1], "desk_officer", "Cán bộ hỗ trợ"),),
    ),
    demo_person(
        "hoa-ra-soat",
        _REVIEWER,
        309,
        "Rà soát quyết định nhận lại tài khoản",
        "Reviews the decisions of the claim desk",
        duties=(Duty(*NATIONAL, "desk_reviewer", "Trưởng bộ phận"),),
    ),
)
