"""An editor signs in with Chromium, writes and publishes under the editor's own policy; axe is reported, not gated."""

import re

from playwright.sync_api import expect

from design.assets import axe_script

INDEX = """fetch('/quan-tri/api/main/pages/').then(r => r.json())
.then(d => d.items.find(i => i.meta.type === 'news.NewsIndexPage').id)"""


def test_editor_writes_and_publishes(tab, record_property):
    page = tab()
    page.goto("/quan-tri/")
    assert page.locator("h1").inner_text() == "Đăng nhập biên tập - Xã Tân Thành"
    page.fill("#id_username", "bientap")
    page.fill("#id_password", "mat-khau-rieng-2024")
    page.click("button[type=submit]")
    page.wait_for_url("**/quan-tri/")
    page.goto("/quan-tri/")
    page.evaluate(axe_script().read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run()")["violations"]
    record_property("axe-violations-in-the-editor", [found["id"] for found in violations])
    assert page.locator("h1").inner_text() == "Xã Tân Thành (môi trường thử nghiệm)"

    index = page.evaluate(INDEX)
    page.goto(f"/quan-tri/pages/add/news/articlepage/{index}/")
    page.fill("#id_title", "Tin viết trong trình duyệt")
    page.select_option("#id_category", label="Tin hoạt động của xã")
    page.fill("#id_published_at", "2024-05-04 14:45")
    page.keyboard.press("Escape")
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="Đoạn văn").click()
    editor = page.locator("[contenteditable=true]").first
    editor.click()
    page.keyboard.type("Nội dung vừa gõ.", delay=10)
    # The text field hands its words over a moment later.
    expect(page.locator("[name=body-0-value]")).to_have_value(re.compile("vừa gõ"))
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator("button[name=action-publish]").click()
    page.get_by_text("Trực tiếp", exact=False).or_(page.get_by_text("LIVE")).first.wait_for()

    reader = tab(width=320)
    reader.goto("/tin-tuc/")
    reader.click("text=Tin viết trong trình duyệt")
    assert "Nội dung vừa gõ." in reader.locator("article").inner_text()
