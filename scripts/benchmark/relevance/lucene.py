"""Lucene's smartcn and CJK analyzers with every operator, by a Java program.

Its jars are fetched with Maven once and kept in the work folder. Their checksums are verified before each run.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmark.relevance.measures import SHOWN
from benchmark.relevance.questions import Article

VERSION = "9.12.3"
"""The newest version that runs on Java 17."""
_JARS = {
    "lucene-core": "b64a3f8098a7572034fb30085cdee01b34ec81fb0e5a31b471536af58dc6c01b",
    "lucene-analysis-common": "fa571bd7caf0f0b4faf46a72ca004a7836f348c31d92bd522dddcc3d128d287e",
    "lucene-analysis-smartcn": "06db5436be801787738b9735ebe81622e263826a39dedc66402a99a1c33fab36",
}
"""Jar → SHA-256."""
_PROGRAM = Path(__file__).with_name("Lucene.java")


class LuceneMissingError(Exception):
    """Lucene can't be run here; the message says why and what to do."""


def version() -> str:
    """Return name and version."""
    return f"Lucene {VERSION}"


def fetch(folder: Path) -> list[Path]:
    """Return the jars in a folder, after fetching those that it lacks.

    Raises LuceneMissingError without Java, without the jars and a way to fetch them, or if a jar has another checksum.
    """
    if not shutil.which("java"):
        raise LuceneMissingError("Lucene is left out: there is no java on PATH. Install a JDK of version 17 or newer.")
    paths = []
    for name, checksum in _JARS.items():
        path = folder / f"{name}-{VERSION}.jar"
        if not path.exists():
            _fetch(name, folder)
        if hashlib.sha256(path.read_bytes()).hexdigest() != checksum:
            raise LuceneMissingError(f"Lucene is left out: {path} has another checksum than expected. Delete the file.")
        paths.append(path)
    return paths


def _fetch(name: str, folder: Path) -> None:
    if not shutil.which("mvn"):
        raise LuceneMissingError(
            f"Lucene is left out: there is no mvn on PATH. Install Maven, or put the jars into {folder}."
        )
    artifact = f"-Dartifact=org.apache.lucene:{name}:{VERSION}"
    command = ["mvn", "-q", "-B", "dependency:copy", artifact, f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_made(folder))
    if done.returncode or not (folder / f"{name}-{VERSION}.jar").exists():
        last = (done.stdout + done.stderr).strip()[-300:]
        raise LuceneMissingError(
            f"Lucene is left out: Maven could not fetch {name}; put the jars into {folder}. {last}"
        )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def answers(jars: Sequence[Path], articles: Sequence[Article], lines: Sequence[str]) -> Mapping[str, list[list[str]]]:
    """Return setting → ids of articles per line, best first.

    Raises LuceneMissingError when the program fails.
    """
    with tempfile.TemporaryDirectory(prefix="lucene-") as name:
        rows, asked = Path(name) / "articles.tsv", Path(name) / "lines.txt"
        texts = [f"{_one_line(article.headline)}\t{_one_line(article.body)}" for article in articles]
        rows.write_text("\n".join(texts) + "\n", encoding="utf-8")
        asked.write_text("\n".join(map(_one_line, lines)) + "\n", encoding="utf-8")
        command = ["java", "-cp", ":".join(map(str, jars)), str(_PROGRAM), str(rows), str(asked), str(SHOWN + 1)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise LuceneMissingError(
            f"Lucene is left out: its program ended with {done.returncode}. {done.stderr.strip()[-500:]}"
        )
    found: dict[str, list[list[str]]] = {}
    for row in done.stdout.splitlines():
        setting, _, numbers = row.partition("\t")
        found.setdefault(setting, []).append([articles[int(number)].id for number in numbers.split()])
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())
