"""``GET /cua-toi``: who asked for what and why, five years back; the same as CSV."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from population.doors.door import Door
from population.doors.frame import shown
from population.storage import access_log, clients
from population.storage.visits import Visit
from population.wiring import Wiring

SHOWN = 25
_AT_ONCE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
OWN_AGENCY = {"code": "G09", "vi": "Cơ sở dữ liệu dân cư (cán bộ)", "en": "Population register (officers)"}


class History:
    """Two addresses."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def page(self, request: Request) -> Response:
        """Newest first, so many on a page; ``truoc`` is the entry that the page before ended with."""
        visit = await self._door.visit(request)
        wiring: Wiring = request.app.state.wiring
        asked = request.query_params.get("truoc", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 2**62
        rows = await access_log.history(wiring.database, visit.number_index, SHOWN + 1, before)
        agencies = await clients.agencies(wiring.database)
        entries = [_told(row, agencies) for row in rows[:SHOWN]]
        older = rows[SHOWN - 1]["id"] if len(rows) > SHOWN else None
        shown: dict[str, Any] = {"entries": entries, "older": older, "later": before != 2**62}
        return self._door.page("own_history.html", visit, nav_current="history", **shown)

    async def csv(self, request: Request) -> Response:
        """All five years."""
        visit = await self._door.visit(request)
        headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="lich-su-truy-cap.csv"'}
        content = _lines(request.app.state.wiring, visit)
        return StreamingResponse(content, headers=headers, media_type="text/csv; charset=utf-8")


async def _lines(wiring: Wiring, visit: Visit) -> AsyncIterator[bytes]:
    agencies, before = await clients.agencies(wiring.database), 2**62
    # The mark lets spreadsheets see that it is UTF-8.
    yield b"\xef\xbb\xbf" + line(["at", "agency", "agency_code", "purpose", "what", "fields", "result_shown"])
    while rows := await access_log.history(wiring.database, visit.number_index, _AT_ONCE, before):
        for row in rows:
            one = _told(row, agencies)
            told = [one["at"].isoformat(timespec="seconds"), one["agency"]["vi"], one["agency"]["code"]]
            told += [one["purpose"], one["what"], " ".join(one["fields"]), "1" if one["result_shown"] else "0"]
            yield line(told)
        before = int(rows[-1]["id"])


def line(cells: list[str]) -> bytes:
    """One line of CSV (RFC 4180); what a spreadsheet would take for a formula is text."""
    sink = io.StringIO()
    # guard: npd-csv-holds-no-formula
    csv.writer(sink).writerow(["'" + cell if cell.startswith(_FORMULA) else cell for cell in cells])
    return sink.getvalue().encode()


def _told(row: dict[str, Any], agencies: dict[str, dict[str, str]]) -> dict[str, Any]:
    client = str(row["client_id"])
    unknown = OWN_AGENCY if client == "register" else {"code": "", "vi": client, "en": client}
    return {
        "at": shown(row["at"]),
        "agency": agencies.get(client, unknown),
        "purpose": row["purpose"],
        "what": row["what"],
        "fields": list(row["fields"]),
        "result_shown": row["result_shown"],
    }
