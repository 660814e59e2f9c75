"""Batches of raw texts become batches of what the engines compare: each distinct value is read once.

Raw columns are texts under the names of the mapping (`linkage.ingest.mapping.FIELDS`). Lists (dossiers, documents,
roles) go to their own table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linkage.normalise import names, values

_NO_NAME = (None,) * len(names.NameForms._fields)
KINDS = ("citizen", "official", "organisation")

ACCOUNTS = pa.schema(
    [
        ("seq", pa.int64()), ("account_ref", pa.string()), ("kind", pa.string()), ("number", pa.int64()),
        ("id9", pa.int64()), ("number_unread", pa.bool_()), ("name_spelled", pa.string()),
        ("name_folded", pa.string()), ("name_ordered", pa.string()), ("name_rest", pa.string()),
        ("name_head", pa.string()), ("name_given", pa.string()),
        ("birth_date", pa.string()), ("birth_date_unread", pa.bool_()), ("foreigner", pa.bool_()),
        ("tax_code", pa.string()), ("last_sign_in", pa.string()), ("commune", pa.string()),
        ("password_kind", pa.string()),
    ]
)  # fmt: skip
PEOPLE = pa.schema(
    [
        ("number", pa.int64()), ("id9", pa.int64()), ("name_spelled", pa.string()), ("name_folded", pa.string()),
        ("name_ordered", pa.string()), ("name_rest", pa.string()),
        ("name_head", pa.string()), ("name_given", pa.string()), ("birth_date", pa.string()),
        ("state", pa.string()), ("merged_into", pa.int64()), ("commune", pa.string()),
    ]
)  # fmt: skip
ORGANISATIONS = pa.schema([("tax_code", pa.string()), ("representative", pa.int64())])
HOLDINGS = pa.schema([("account_ref", pa.string()), ("what", pa.string()), ("code", pa.string())])
HELD = {"dossiers": "dossier", "documents": "document", "roles": "role"}


@dataclass(frozen=True, slots=True)
class Reference:
    """Keyed references of account keys: a ledger names accounts and nobody can read a telephone number from it."""

    key: bytes
    source: str

    def of(self, account_key: str) -> str:
        """32 hexadecimal letters; the same key and source give the same reference."""
        return hashlib.sha256(self.key + self.source.encode() + b"\0" + account_key.encode()).hexdigest()[:32]


def mapped(column: Any, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """``read`` of every distinct text of the column, put back in its places."""
    encoded = pc.dictionary_encode(column)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    read_once = pa.array([read(text) for text in encoded.dictionary.to_pylist()], kind)
    return read_once.take(encoded.indices)


def digits(column: Any, length: int, read: Callable[[str], int | None]) -> pa.Array:
    """Plain digits are read by columns, everything else by ``read``."""
    plain = pc.fill_null(pc.match_substring_regex(column, f"^[0-9]{{{length}}}$"), fill_value=False)
    straight = pc.cast(pc.if_else(plain, column, pa.scalar(None, pa.string())), pa.int64())
    if pc.sum(pc.and_(pc.invert(plain), pc.is_valid(column))).as_py():
        odd = mapped(pc.if_else(plain, pa.scalar(None, pa.string()), column), read, pa.int64())
        straight = pc.coalesce(straight, odd)
    return straight


def _names(column: Any) -> dict[str, pa.Array]:
    encoded = pc.dictionary_encode(column)
    read = [names.forms(text) or _NO_NAME for text in encoded.dictionary.to_pylist()] or [_NO_NAME]
    columns = zip(names.NameForms._fields, zip(*read, strict=True), strict=True)
    return {f"name_{form}": pa.array(texts, pa.string()).take(encoded.indices) for form, texts in columns}


def _text(raw: pa.RecordBatch, name: str) -> Any:
    at = raw.schema.get_field_index(name)
    if at < 0:
        return pa.nulls(raw.num_rows, pa.string())
    column = raw.column(at)
    column = column if pa.types.is_string(column.type) else pc.cast(column, pa.string())
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def accounts(raw: pa.RecordBatch, reference: Reference) -> pa.RecordBatch:
    """`ACCOUNTS` of a raw batch; ``seq`` is the row of the source."""
    number, id9 = _text(raw, "personal_id"), _text(raw, "legacy_id9")
    number12 = digits(number, 12, values.number12)
    # Old forms had one field for both numbers.
    alias = pc.coalesce(digits(id9, 9, values.number9), digits(number, 9, values.number9))
    unread = pc.and_(pc.is_valid(number), pc.and_(pc.is_null(number12), pc.is_null(alias)))
    born, passport = _text(raw, "birth_date"), _text(raw, "passport")
    nation = mapped(pc.fill_null(_text(raw, "nationality"), ""), values.is_vietnamese, pa.bool_())
    without = pc.and_(pc.is_null(number12), pc.is_null(alias))
    birth_date = mapped(born, values.birth_date, pa.string())
    refs = [reference.of(key) for key in raw.column("account_key").to_pylist()]
    columns = _names(_text(raw, "full_name")) | {
        "seq": raw.column("row"),
        "account_ref": pa.array(refs, pa.string()),
        "kind": mapped(_text(raw, "kind"), lambda kind: kind if kind in KINDS else "citizen", pa.string()),
        "number": number12,
        "id9": pc.if_else(pc.is_valid(number12), pa.scalar(None, pa.int64()), alias),
        "number_unread": unread,
        "birth_date": birth_date,
        "birth_date_unread": pc.and_(pc.is_valid(born), pc.is_null(birth_date)),
        "foreigner": pc.or_(pc.invert(nation), pc.and_(pc.is_valid(passport), without)),
        "tax_code": _text(raw, "tax_code"),
        "last_sign_in": mapped(_text(raw, "last_sign_in_at"), values.day, pa.string()),
        "commune": _text(raw, "commune"),
        "password_kind": _text(raw, "password_kind"),
    }
    columns["kind"] = pc.fill_null(columns["kind"], "citizen")
    return pa.record_batch([columns[name] for name in ACCOUNTS.names], schema=ACCOUNTS)


def people(raw: pa.RecordBatch) -> pa.RecordBatch:
    """`PEOPLE` of a raw batch of the register's extract."""
    columns = _names(_text(raw, "full_name")) | {
        "number": digits(_text(raw, "personal_id"), 12, values.number12),
        "id9": digits(_text(raw, "legacy_id9"), 9, values.number9),
        "birth_date": mapped(_text(raw, "birth_date"), values.birth_date, pa.string()),
        "state": pc.fill_null(_text(raw, "state"), "live"),
        "merged_into": digits(_text(raw, "merged_into"), 12, values.number12),
        "commune": _text(raw, "commune"),
    }
    return pa.record_batch([columns[name] for name in PEOPLE.names], schema=PEOPLE)


def holdings(raw: pa.RecordBatch, refs: Any) -> pa.RecordBatch:
    """`HOLDINGS`: what each account of the batch holds, one row a thing."""
    parts = []
    for column, what in HELD.items():
        at = raw.schema.get_field_index(column)
        if at < 0:
            continue
        held = raw.column(at)
        owners = refs.take(pc.list_parent_indices(held))
        codes = pc.cast(pc.list_flatten(held), pa.string())
        parts.append(pa.table([owners, pa.array([what] * len(codes), pa.string()), codes], schema=HOLDINGS))
    whole = pa.concat_tables(parts).combine_chunks() if parts else HOLDINGS.empty_table()
    return whole.to_batches()[0] if whole.num_rows else pa.record_batch([[], [], []], schema=HOLDINGS)


def organisations(raw: pa.RecordBatch) -> pa.RecordBatch:
    """`ORGANISATIONS` of a raw batch: who may act for whom today."""
    number = digits(_text(raw, "representative_id"), 12, values.number12)
    return pa.record_batch([_text(raw, "tax_code"), number], schema=ORGANISATIONS)
