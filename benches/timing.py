"""What every benchmark here times with: one command, its wall and processor time, and its peak memory."""
import multiprocessing
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# GROUNDSWELL names another binary than the release build.
OURS = os.environ.get("GROUNDSWELL", str(HERE.parent / "target" / "release" / "groundswell"))


@dataclass
class Run:
    """Seconds by the clock, seconds of processor time (user, system), and peak megabytes."""

    wall: float
    user: float
    system: float
    megabytes: float

    @property
    def cpu(self) -> float:
        return self.user + self.system


def timed(command: list[str], **extra) -> Run:
    """Runs a command that must succeed; 3, "done, with rows set aside", is success too.

    A child's peak memory starts at its parent's, so what fills tables here is run `apart`.
    """
    extra = {"stdout": subprocess.DEVNULL, **extra}
    start = time.perf_counter()
    process = subprocess.Popen(command, **extra)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        sys.exit(f"FAILED ({process.returncode}): {' '.join(command)}")
    return Run(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024)


def apart(work, *words) -> None:
    """Runs a function in a process of its own, so that its memory is not taken for a timed command's."""
    process = multiprocessing.Process(target=work, args=words)
    process.start()
    process.join()
    if process.exitcode != 0:
        sys.exit(f"FAILED: {work.__name__}")
