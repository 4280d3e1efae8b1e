"""From nothing to an answer: `hotline ask` and `hotline run` as whole processes.

    python -m benchmarks.startup [--rounds 5]

Seconds from start to answer and peak memory, the middle of the rounds. The model is trained beforehand; what the first
start of all costs in addition is printed as well.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

QUESTION = "dang ky cai nghien cho con o dau"
TOKEN = "ab" * 32


def ask(cache: Path) -> tuple[float, float]:
    """Seconds and megabytes of one `hotline ask`."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "hotline", "ask", QUESTION], env=settings(cache), stdout=subprocess.PIPE
    )
    answer = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert "Công an cấp xã" in answer
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def run(cache: Path) -> tuple[float, float]:
    """Seconds until `hotline run` has answered one question over HTTP, and its peak memory then, in megabytes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "run"],
            cwd=folder,
            env=settings(cache) | {"HOTLINE_WEB__PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        try:
            call(port, "/chat/messages", {"id": "1", "text": QUESTION})
            while not json.loads(call(port, "/chat/events"))["events"]:
                time.sleep(0.01)
            seconds = time.perf_counter() - started
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak_kb = int(status.split("VmHWM:")[1].split()[0])
        finally:
            process.terminate()
            process.wait()
    return seconds, peak_kb / 1024


def call(port: int, path: str, message: dict[str, str] | None = None) -> bytes:
    """Asks until somebody listens."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}
    body = json.dumps(message).encode() if message else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    for _ in range(3000):
        try:
            with urllib.request.urlopen(request) as response:
                return bytes(response.read())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise TimeoutError(path)


def settings(cache: Path) -> dict[str, str]:
    here = str(Path(__file__).parent.parent)
    return os.environ | {"HOTLINE_KNOWLEDGE__CACHE_DIR": str(cache), "PYTHONPATH": here}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        first, _ = ask(cache)
        for name, measure, goal in (("hotline ask", ask, "1.5 s, 120 MB"), ("hotline run", run, "6 s, 400 MB")):
            seconds, megabytes = zip(*(measure(cache) for _ in range(rounds)), strict=True)
            middle = f"{statistics.median(seconds):.2f} s, {statistics.median(megabytes):.0f} MB"
            print(
                f"{name:12} to the first answer: {middle}   ({min(seconds):.2f} to {max(seconds):.2f} s; goal {goal})"
            )
        print(f"the first start of all, which trains the model: {first:.1f} s")


if __name__ == "__main__":
    main()
