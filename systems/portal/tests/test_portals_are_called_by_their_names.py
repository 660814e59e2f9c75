"""The page of the date calls a portal as people do; its short name is for machines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.accounts.models_policy import PolicyHolder
from portal.campaign import standing
from portal.config import CONFIG, from_environment

PEERS = "quangtri=http://quangtri.localhost:8604,hue=http://hue.localhost:8605"
TITLES = "quangtri=Cổng Dịch vụ công tỉnh Quảng Trị|Quảng Trị Public Service Portal"


def test_names_are_read_beside_the_origins() -> None:
    quangtri, hue = from_environment({"EXCHANGE_PEERS": PEERS, "EXCHANGE_PEER_TITLES": TITLES}).exchange_peers
    assert quangtri.origin == "http://quangtri.localhost:8604"
    assert quangtri.title == {"vi": "Cổng Dịch vụ công tỉnh Quảng Trị", "en": "Quảng Trị Public Service Portal"}
    assert hue.title == {"vi": "hue", "en": "hue"}


@pytest.mark.django_db
def test_who_holds_what_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    peers = from_environment({"EXCHANGE_PEERS": PEERS, "EXCHANGE_PEER_TITLES": TITLES}).exchange_peers
    monkeypatch.setattr(standing, "CONFIG", replace(CONFIG, exchange_peers=peers))
    for name in ("quangtri", "no-longer-a-peer"):
        PolicyHolder.objects.create(name=name, origin=f"http://{name}.localhost:1")
    titles = {each.name: each.title["vi"] for each in standing.now().holdings}
    assert titles == {"quangtri": "Cổng Dịch vụ công tỉnh Quảng Trị", "no-longer-a-peer": "no-longer-a-peer"}
