"""Sender constraint (tokens/confirmation.py): RFC 7800, RFC 8705 3, RFC 9449 6."""

from __future__ import annotations

from eid.tokens.confirmation import Confirmation

KEY, OTHER = Confirmation(jkt="a" * 43), Confirmation(jkt="b" * 43)
CERTIFICATE = Confirmation(x5t_s256="a" * 43)


def test_only_the_same_key_meets_a_confirmation() -> None:
    assert KEY.is_met_by(KEY)
    assert CERTIFICATE.is_met_by(CERTIFICATE)
    for proven in (OTHER, CERTIFICATE, None, Confirmation()):
        assert not KEY.is_met_by(proven)
    for proven in (KEY, Confirmation(x5t_s256="b" * 43), None, Confirmation()):
        assert not CERTIFICATE.is_met_by(proven)
    assert not Confirmation().is_met_by(Confirmation())
