#!/usr/bin/env python3
"""From a clone to a running hotline with nothing but Python: makes .venv, installs the locked packages, goes on.

    python3 start.py            the same as `hotline run`
    python3 start.py test       all tests
    python3 start.py ask "..."  any other command of `hotline`

What is installed is remembered by the content of the lock file, so the second start takes no time.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BIN = ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):
        sys.exit("Cần Python 3.11 trở lên. / Python 3.11 or newer is needed.")
    if arguments[:1] == ["test"]:
        install("requirements-dev.lock")
        workers = min(8, 2 * (os.cpu_count() or 1))  # much of a conversation is waiting
        return call("pytest", "-n", str(workers), *arguments[1:])
    install("requirements.lock")
    return call("hotline", *(arguments or ["run"]))


def install(lock: str) -> None:
    wanted = hashlib.sha256((ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    done = ROOT / ".venv" / f"installed-{lock}"
    if done.exists() and done.read_text() == wanted:
        return
    print("Đang cài đặt, lần đầu mất khoảng một phút. / Installing, about a minute the first time.", flush=True)
    if not PYTHON.exists():
        try:
            venv.create(ROOT / ".venv", with_pip=True)
        except (subprocess.CalledProcessError, ImportError):
            sys.exit("Python này thiếu venv/pip. Debian, Ubuntu: apt install python3-venv. / venv or pip is missing.")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / lock)], check=True)
    subprocess.run([*pip, "--no-deps", "--editable", str(ROOT)], check=True)
    done.write_text(wanted)


def call(command: str, *arguments: str) -> int:
    """Runs a program of the environment in the clone's folder; Ctrl+C is for it to handle."""
    process = subprocess.Popen([str(BIN / command), *arguments], cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
