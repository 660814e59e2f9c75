"""The public page: in two languages, with the banner of the test environment, guarded, without any data."""

from .conftest import Register


def test_it_speaks_vietnamese_first(register: Register) -> None:
    page = register.http.get("/", headers={"Accept-Language": "vi"})
    assert page.status_code == 200
    assert '<html lang="vi"' in page.text
    assert "Cơ sở dữ liệu dân cư" in page.text
    assert 'href="/cua-toi"' in page.text


def test_and_english(register: Register) -> None:
    page = register.http.get("/?lang=en")
    assert '<html lang="en"' in page.text
    assert "Population register" in page.text
    assert "Cơ quan nhà nước được dùng" not in page.text


def test_it_is_guarded(register: Register) -> None:
    headers = register.http.get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_a_person_who_mistypes_gets_a_page(register: Register) -> None:
    page = register.http.get("/khong-co", headers={"Accept": "text/html", "Accept-Language": "vi"})
    assert page.status_code == 404
    assert "Không có trang này" in page.text


def test_other_addresses_answer_in_json(register: Register) -> None:
    assert register.http.get("/npd/v1/nothing").json() == {"error": "not_found"}
    assert register.http.get("/npd/v1/verify").status_code == 405
