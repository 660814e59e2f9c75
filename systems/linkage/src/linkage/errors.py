"""What can go wrong, one class each; `cli` makes one line and an exit code of it. No value of a row is in a text."""

from __future__ import annotations


class LinkageError(Exception):
    """Said to the operator in one line."""

    exit_code = 1


class BadMapping(LinkageError):
    """The mapping file does not fit: itself, or the file that it claims to describe."""

    exit_code = 2


class BadSettings(LinkageError):
    """A setting is missing or unusable."""

    exit_code = 2


class UnreadableSource(LinkageError):
    """The file as a whole cannot be read: no such file, no such table, not the encoding that the mapping names."""


class NotIngested(LinkageError):
    """A verb came before `linkage ingest` had finished."""


class InputChanged(LinkageError):
    """A run is to be continued, and what it began with is no longer there."""


class LedgerBroken(LinkageError):
    """The ledger's chain does not hold: a segment is missing, changed or out of order."""


class NotConserved(LinkageError):
    """The reconciliation found something lost or twice."""


class EngineMissing(LinkageError):
    """The engine asked for is not installed here, or needs something that is not (Java, pyspark)."""

    exit_code = 3


class PortalRefused(LinkageError):
    """The portal did not hand out its accounts, or stopped before the end."""
