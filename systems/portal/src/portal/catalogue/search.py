"""Finding a procedure: PostgreSQL full text over the words and over their folded form; exact accents come first.

The embedded server has no `unaccent`, so folding is ours (`kernel.vietnamese_names`). A search without accents finds
words with them; a search with accents ranks the same accents higher. When no whole word meets, word beginnings do.
"""

from __future__ import annotations

import re
from datetime import date

from django.db import connection

from kernel import country_time
from kernel.vietnamese_names import fold
from portal.catalogue.models import ProcedureVersion

_WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
MAX_WORDS = 12

_RANKED = """
select procedure.code,
       ts_rank(to_tsvector('simple', search_text), to_tsquery('simple', %(exact)s)) * 2
     + ts_rank(to_tsvector('simple', search_folded), to_tsquery('simple', %(folded)s)) as rank
  from catalogue_procedure procedure
 where to_tsvector('simple', search_text) @@ to_tsquery('simple', %(exact)s)
    or to_tsvector('simple', search_folded) @@ to_tsquery('simple', %(folded)s)
 order by rank desc, sort_key
 limit %(limit)s
"""


def _query(words: list[str], joined_by: str, *, prefix: bool) -> str:
    return joined_by.join(f"'{word}'" + (":*" if prefix else "") for word in words)


def _codes(text: str, limit: int) -> list[str]:
    words = _WORD.findall(text.lower())[:MAX_WORDS]
    folded = [word for word in (fold(w) for w in words) if word]
    if not words or not folded:
        return []
    with connection.cursor() as cursor:
        for joined_by, prefix in ((" & ", False), (" & ", True), (" | ", False)):
            exact = _query(words, joined_by, prefix=prefix)
            cursor.execute(
                _RANKED, {"exact": exact, "folded": _query(folded, joined_by, prefix=prefix), "limit": limit}
            )
            codes = [row[0] for row in cursor.fetchall()]
            if codes:
                return codes
    return []


def in_force(day: date | None = None) -> dict[str, ProcedureVersion]:
    """The version of every procedure that counts on `day` (default: today), by code."""
    day = day or country_time.today()
    rows = ProcedureVersion.objects.filter(effective_from__lte=day).select_related("procedure")
    found: dict[str, ProcedureVersion] = {}
    for version in rows.order_by("effective_from", "number"):
        found[version.procedure_id] = version
    return found


def version_in_force(code: str, day: date | None = None) -> ProcedureVersion | None:
    """The version of one procedure that counts on `day`, None when it is unknown or not yet in force."""
    rows = ProcedureVersion.objects.filter(procedure_id=code, effective_from__lte=day or country_time.today())
    return rows.select_related("procedure").order_by("-effective_from", "-number").first()


def search(text: str, *, limit: int = 50) -> list[ProcedureVersion]:
    """Procedures in force that fit the words, best first; an empty search lists all in Vietnamese order."""
    versions = in_force()
    if not text.strip():
        return sorted(versions.values(), key=lambda version: version.procedure.sort_key)
    return [versions[code] for code in _codes(text, limit) if code in versions]
