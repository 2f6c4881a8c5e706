"""Debian's own programs that slow tests need: install them where we may, and say what is missing where we may not.

    python tests/debian.py hledger strace

As root on Debian or Ubuntu it installs what is missing and fails where it cannot. Anybody else is told what to
install; the tests that need it are then skipped, each with that reason. Each program is named as its package is.
"""

import os
import shutil
import subprocess
import sys

SKIPPED = "not installed: "


def may_install() -> bool:
    """Say whether this process could install a package."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def needed(program: str) -> str:
    """Return the path of a program for a test: without it the test fails where it could be had, else is skipped."""
    import pytest  # noqa: PLC0415 - run as a script this needs the standard library alone

    found = shutil.which(program)
    if found is None and may_install():
        pytest.fail(f"{program} is missing: `make test-slow` installs it, or: apt-get install {program}")
    if found is None:
        pytest.skip(f"{SKIPPED}{program}; install it as root: apt-get install {program}")
    return found


def ensure(*programs: str) -> int:
    """Install what is missing, where we may; 1 where that failed."""
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return 0
    names = " ".join(missing)
    if not may_install():
        print(f"缺少 {names}，用到它们的测试将跳过。请用 root 安装：apt-get install {names}")
        print(f"{names} missing: the tests that need them are skipped. As root: apt-get install {names}")
        return 0
    print(f"安装 Debian 软件包 · installing Debian packages: {names}")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    if not _done(install):  # perhaps because this machine has not yet learnt what there is
        _done(["apt-get", "update", "-q"])
        if not _done(install):
            print(f"装不上 {names}。请检查软件源。 · {names} cannot be installed. Check the package source.")
            return 1
    return 0


def _done(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(ensure(*sys.argv[1:]))
