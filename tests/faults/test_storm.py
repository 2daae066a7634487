"""A fault run of a hundred reservations, as ``make faults`` does it with a thousand."""

import subprocess
import sys

import pytest

from tests.services import BASE_DIR

# A minute and a half of its own: behind make thorough and make faults.
pytestmark = [pytest.mark.fault, pytest.mark.redis, pytest.mark.thorough]


def test_a_small_fault_run_loses_no_message_and_no_reservation():
    command = [sys.executable, "-m", "tests.faults", "--small", "--seed", "5"]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
    assert "All as it must be." in done.stdout
