"""`python -m portalkit.key FILE`: makes the portal's key once (mode 0600) and prints its public JWK Set."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from joserfc.jwk import ECKey


def load_or_create(path: Path) -> ECKey:
    """P-256, kept as a JWK (RFC 7517); an existing file is never written over."""
    if not path.exists():
        made = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sink:
            json.dump(made.as_dict(private=True), sink)
    return ECKey.import_key(json.loads(path.read_text()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m portalkit.key FILE")
    key = load_or_create(Path(sys.argv[1]))
    sys.stdout.write(json.dumps({"keys": [key.as_dict(private=False)]}) + "\n")
