"""Runs inside one portal's environment for the tests: a line of JSON `{"code"}` in, a line of JSON out.

The code sees Django set up and sets `answer`.
"""

import json
import sys
import traceback

import django

django.setup()


def main() -> None:
    for line in sys.stdin:
        scope: dict[str, object] = {}
        try:
            exec(json.loads(line)["code"], scope)
            said = {"answer": scope.get("answer")}
        except Exception:
            said = {"fault": traceback.format_exc()}
        print("\x1e" + json.dumps(said), flush=True)


main()
