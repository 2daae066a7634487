"""Several processes run as one."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from recycling.launcher import LONGEST_PAUSE, STOOD, Child
from tests.services import BASE_DIR, wait_until

# Runs two children that write their process id into a file, and counts how often it had to speak.
SCRIPT = """
import signal, sys
from recycling import launcher
launcher.GRACE_SECONDS = float(sys.argv[2])
folder, ending = sys.argv[1], sys.argv[3]
code = '''
import os, signal, sys, time
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "a").write(str(os.getpid()) + chr(10))
time.sleep(60)
'''
children = [
    launcher.Child(name, [sys.executable, "-c", code, folder + "/" + name, ending]) for name in ("one", "two")
]
running = launcher.Launcher(children, say=lambda line: print(line, flush=True))
for number in launcher.ENDING_SIGNALS:
    signal.signal(number, running.ask_to_end)
running.run(once_started=lambda ended: None)
print("ended", flush=True)
"""


@contextmanager
def launched(folder, *, grace=5, ending="polite"):
    command = [sys.executable, "-c", SCRIPT, str(folder), str(grace), ending]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def pids(folder, name):
    """The process ids under which the child ran, in order."""
    file = folder / name
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def both_run(folder, *, starts=1):
    return len(pids(folder, "one")) == starts and len(pids(folder, "two")) == 1


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A killed grandchild that nobody has waited for yet is as good as gone.
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123  (a pseudo file)
        return stat.read().rpartition(")")[2].split()[0] != "Z"


def all_gone(folder):
    return not any(alive(pid) for name in ("one", "two") for pid in pids(folder, name))


def test_a_child_that_is_killed_is_started_again_and_the_other_is_left_alone(tmp_path):
    with launched(tmp_path) as launcher:
        wait_until(lambda: both_run(tmp_path), seconds=10, why="both children run")
        os.kill(pids(tmp_path, "one")[0], signal.SIGKILL)
        wait_until(lambda: both_run(tmp_path, starts=2), seconds=10, why="the killed one runs again")
        assert launcher.stdout.readline() == "The one fell (signal 9). Starting it again in 1 s.\n"
        assert alive(pids(tmp_path, "two")[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_good_order(tmp_path, number):
    with launched(tmp_path) as launcher:
        wait_until(lambda: both_run(tmp_path), seconds=10, why="both children run")
        launcher.send_signal(number)
        assert (launcher.wait(timeout=10), launcher.stdout.read()) == (0, "ended\n")
        assert all_gone(tmp_path)


def test_a_child_that_does_not_listen_is_killed_when_its_time_is_up(tmp_path):
    with launched(tmp_path, grace=0.5, ending="stubborn") as launcher:
        wait_until(lambda: both_run(tmp_path), seconds=10, why="both children run")
        launcher.send_signal(signal.SIGTERM)
        assert launcher.wait(timeout=10) == 0
        assert all_gone(tmp_path)


def test_a_second_signal_does_not_wait_for_good_manners(tmp_path):
    with launched(tmp_path, grace=60, ending="stubborn") as launcher:
        wait_until(lambda: both_run(tmp_path), seconds=10, why="both children run")
        launcher.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            launcher.wait(timeout=1)
        launcher.send_signal(signal.SIGINT)
        assert launcher.wait(timeout=5) == 0
        assert all_gone(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_nothing_is_left_behind_when_the_launcher_itself_is_killed(tmp_path):
    with launched(tmp_path) as launcher:
        wait_until(lambda: both_run(tmp_path), seconds=10, why="both children run")
        launcher.kill()
        wait_until(lambda: all_gone(tmp_path), seconds=5, why="the children have ended")


def test_a_child_that_keeps_falling_is_given_longer_and_longer_rest():
    child = Child("child", [])
    rests = [child.rest(at=number) for number in range(8)]
    assert rests == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert child.rest(at=STOOD + 1) == 1, "it had stood for long enough"
