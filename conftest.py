"""Every test of the workspace may use a real PostgreSQL (see sandbox/testing.py)."""

pytest_plugins = ["sandbox.testing"]
