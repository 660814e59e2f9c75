"""Where the tile of each commune of Quảng Trị stands (78 units since 1 July 2025, Resolution 202/2025/QH15).

One square a commune, neighbours kept where possible: the province is turned so that it runs down the page, mountains
left, sea right. Rows from the north-west to the south-east; ``.....`` is no commune.
"""

from __future__ import annotations

_ROWS = """
..... 18919 18958 18952 18991 .....
18904 18922 18901 18949 19030 19033
..... 18943 18985 18997 19051 19021
..... ..... 19138 19075 19009 19057
..... 19147 19141 19126 19093 19066
..... ..... 18871 18859 19111 19159
..... 19204 19237 19207 18880 19198
..... 19435 19309 19246 19225 19255
19432 19318 19366 19291 19249 19288
19489 19441 19537 19405 19363 19372
19429 19555 19603 19495 19501 19414
19462 19564 19597 19333 19496 19742
19483 19567 19351 19624 19645 19639
19588 19669 19360 19699 19654 .....
19594 19702 19735 19681 19741 .....
"""


def positions() -> dict[str, tuple[int, int]]:
    """Commune code to (column, row)."""
    rows = [line.split() for line in _ROWS.strip().splitlines()]
    return {code: (column, row) for row, line in enumerate(rows) for column, code in enumerate(line) if code != "....."}
