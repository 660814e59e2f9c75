"""Every test of the workspace may use a real PostgreSQL (see sandbox/testing.py).

The packages are imported here first, because pytest would otherwise take the folders of the same names at the root
of the workspace for them.
"""

import bench  # noqa: F401
import design  # noqa: F401
import kernel  # noqa: F401
import synthetic  # noqa: F401
import wire  # noqa: F401

pytest_plugins = ["sandbox.testing"]
