"""axe-core over the running country's pages, at 320 and 1280 px; remembers which addresses were opened."""

from __future__ import annotations

import re
from typing import Any

from design.assets import axe_script
from sandbox.browsing import new_page
from sandbox.own_country import RunningCountry

WIDTHS = (320, 1280)
AXE = """axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(
    v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).slice(0, 2).join(", ")))"""


class Auditor:
    """Opens pages and lets axe-core judge each; remembers which routes were opened."""

    def __init__(self, country: RunningCountry, browser: Any) -> None:
        self.country, self._browser = country, browser
        self._script = axe_script().read_text()
        self.opened: set[str] = set()
        self.faults: list[str] = []
        self._seen: set[tuple[str, str]] = set()

    def page(self, width: int) -> Any:
        """A page of a fresh profile."""
        page = new_page(self._browser, width=width)
        page.context.set_default_timeout(20_000)
        return page

    def judge(self, page: Any, who: str) -> None:
        """What axe-core finds, and whether the page scrolls sideways; each kind of page once per width and person."""
        page.wait_for_load_state()  # after a click the next document may still be empty
        path = page.url.split("/", 3)[3].split("?")[0]
        self.opened.add(path)
        kind = (re.sub(r"[0-9a-f]{8}-[0-9a-f-]+", "<id>", page.url), f"{page.viewport_size['width']}{who}")
        if kind in self._seen:
            return
        self._seen.add(kind)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.faults.append(f"{who} /{path} at {page.viewport_size['width']}: scrolls sideways by {wide} px")
        page.evaluate(self._script)
        found = page.evaluate(AXE)
        self.faults += [f"{who} /{path} at {page.viewport_size['width']}: {fault}" for fault in found]

    def visit(self, page: Any, portal: str, paths: list[str], who: str) -> None:
        """Opens and judges each path that stays at this portal."""
        for path in paths:
            page.goto(f"{self.country.origin(portal)}/{path}")
            if page.url.startswith(self.country.origin(portal)):
                self.judge(page, who)

    def judge_here(self, page: Any, who: str) -> None:
        """Judges the page as it stands, at both widths: for pages that a form's answer shows."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            self.judge(page, who)
