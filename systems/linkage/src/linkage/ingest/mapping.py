"""The mapping file (TOML): which column of a foreign base is which field, and what its values mean.

[source]                       name, format = "csv" | "parquet" | "sql" | "ndjson", encoding, delimiter, table
[columns]                      field = "column", or a list of columns to join with a space
[values.kind]                  "DN" = "organisation"
[defaults]                     kind = "citizen"
[dates]                        field = "unix" | "yyyymmdd"        (ISO and 31/12/1985 need no word)
[password]                     column, salt, kind (one of `legacy_hashes.KINDS`, or "recognise")
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from linkage.errors import BadMapping
from linkage.ingest import legacy_hashes

FORMATS = ("csv", "parquet", "sql", "ndjson")
ACCOUNT_FIELDS = (
    "account_key", "kind", "personal_id", "legacy_id9", "passport", "nationality", "tax_code", "full_name",
    "birth_date", "phone", "email", "commune", "created_at", "last_sign_in_at", "dossiers", "documents", "roles",
)  # fmt: skip
PEOPLE_FIELDS = (
    "personal_id", "full_name", "birth_date", "sex", "legacy_id9", "state", "merged_into", "commune",
)  # fmt: skip
ORGANISATION_FIELDS = ("tax_code", "representative_id")
LISTS = frozenset({"dossiers", "documents", "roles"})
DATE_FORMS = ("unix", "yyyymmdd")
_KNOWN = {"source", "columns", "values", "defaults", "dates", "password"}


@dataclass(frozen=True)
class Mapping:
    """A mapping file, checked."""

    name: str
    format: str
    columns: Named[str, tuple[str, ...]]
    encoding: str = "utf-8"
    delimiter: str = ","
    table: str = ""
    values: Named[str, Named[str, str]] = field(default_factory=dict)
    defaults: Named[str, str] = field(default_factory=dict)
    dates: Named[str, str] = field(default_factory=dict)
    password: Named[str, str] = field(default_factory=dict)

    def wanted(self) -> tuple[str, ...]:
        """Every column of the source that is read, once."""
        named = [column for columns in self.columns.values() for column in columns]
        named += [self.password[word] for word in ("column", "salt") if word in self.password]
        return tuple(dict.fromkeys(named))

    def check_against(self, present: tuple[str, ...]) -> None:
        """Raises BadMapping: the source lacks a column that the mapping names; says what it has."""
        missing = [column for column in self.wanted() if column not in present]
        if missing:
            has = ", ".join(present[:40])
            raise BadMapping(f"{self.name}: the source has no column {', '.join(map(repr, missing))}; it has: {has}")

    def row(self, cells: Named[str, str | None]) -> dict[str, str | None]:
        """The fields of one row; unknown words of `values` stay as they are for the reader to judge."""
        found: dict[str, str | None] = dict(self.defaults)
        for name, columns in self.columns.items():
            parts = [text.strip() for column in columns if (text := cells.get(column))]
            text = " ".join(part for part in parts if part)
            if name in self.values:
                text = self.values[name].get(text, text)
            if name in self.dates:
                text = _dated(text, self.dates[name])
            if text or name not in found:
                found[name] = text or None
        return found

    def password_of(self, cells: Named[str, str | None]) -> tuple[str, str, str] | None:
        """(kind, hash, salt) of one row as it was kept, or None."""
        kept = cells.get(self.password.get("column", "")) or ""
        if not kept:
            return None
        kind = self.password.get("kind", "recognise")
        salt = cells.get(self.password.get("salt", "")) or ""
        return (legacy_hashes.recognise(kept) if kind == "recognise" else kind), kept, salt


def _dated(text: str, form: str) -> str:
    try:
        if form == "unix":
            return datetime.fromtimestamp(int(text) // (1000 if len(text) > 11 else 1), UTC).isoformat()
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) == 8 and text.isdigit() else text
    except (ValueError, OverflowError, OSError):
        return text


def load(path: Path, fields: tuple[str, ...] = ACCOUNT_FIELDS) -> Mapping:
    """Reads and checks a mapping file.

    Raises:
        BadMapping: with every fault of the file, not only the first.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadMapping(f"{path.name}: cannot be read: {error}") from error
    source, columns = content.get("source", {}), content.get("columns", {})
    password, dates = content.get("password", {}), content.get("dates", {})
    key = fields[0]
    table = [
        (bool(content.keys() - _KNOWN), f"unknown sections {sorted(content.keys() - _KNOWN)}"),
        (source.get("format") not in FORMATS, f"source.format must be one of {', '.join(FORMATS)}"),
        (not source.get("name"), "source.name is missing"),
        (source.get("format") == "sql" and not source.get("table"), "source.table is missing: which table of the dump"),
        (len(source.get("delimiter", ",")) != 1, "source.delimiter must be one character"),
        (bool(columns.keys() - set(fields)), f"unknown fields {sorted(columns.keys() - set(fields))}"),
        (key not in columns, f"columns.{key} is missing"),
        ("full_name" in fields and "full_name" not in columns, "columns.full_name is missing"),
        (any(form not in DATE_FORMS for form in dates.values()), f"dates must be one of {', '.join(DATE_FORMS)}"),
        ("salt" in password and "column" not in password, "password.salt without password.column"),
        (
            password.get("kind", "recognise") not in (*legacy_hashes.KINDS, "recognise"),
            f"password.kind must be recognise or one of {', '.join(legacy_hashes.KINDS)}",
        ),
    ]
    faults = [text for wrong, text in table if wrong]
    if faults:
        raise BadMapping(f"{path.name}: " + "; ".join(faults))
    return Mapping(
        name=source["name"],
        format=source["format"],
        columns={name: (one,) if isinstance(one, str) else tuple(one) for name, one in columns.items()},
        encoding=source.get("encoding", "utf-8"),
        delimiter=source.get("delimiter", ","),
        table=source.get("table", ""),
        values=content.get("values", {}),
        defaults=content.get("defaults", {}),
        dates=dates,
        password=password,
    )
