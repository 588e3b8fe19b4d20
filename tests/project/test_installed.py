"""The wheel and the sdist hold all that is needed: baosou works where nothing else of the project is.

They are built once and installed into a new virtual environment, with pip as it is set up on this machine. In the short
version what the wheel needs is linked there from the environment of this run, in the long one pip installs it all.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import PROJECT

PACKAGES = ("indexer", "webui")
PAGE = "渡口添新船\n\n本报讯（记者 周小舟） 驿城区河口渡口昨日添了一条新船，能坐四十人，摆渡的老人试航后十分满意。\n"


@dataclass(frozen=True)
class Distributions:
    wheel: Path
    sdist: Path


def call(*command: object, cwd: Path, timeout: int = 600) -> str:
    """Run a command that knows nothing of this checkout. Return what it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BAOSOU", "COV"))}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def new_environment(folder: Path) -> Path:
    """Make a virtual environment and return its Python."""
    call(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    return folder / "bin" / "python"


def pip_install(python: Path, *what: object) -> None:
    """Install packages into the environment of a Python, by the pip of this one."""
    quiet = ("--quiet", "--disable-pip-version-check")
    constraint = ("--constraint", PROJECT / "tests" / "requirements.lock")
    call(sys.executable, "-m", "pip", "--python", python, "install", *quiet, *constraint, *what, cwd=python.parent)


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    folder = tmp_path_factory.mktemp("built")
    python = new_environment(folder / "builder")
    pip_install(python, "hatchling")
    call(python, "-m", "hatchling", "build", "-d", folder, cwd=PROJECT)
    return Distributions(*(next(folder.glob(pattern)) for pattern in ("*.whl", "*.tar.gz")))


def link_needs(of: Distribution, folder: Path, linked: set[str]) -> None:
    """Link into a site-packages what a distribution says that it needs, and what that needs in turn."""
    for line in of.requires or ():
        need = Requirement(line)
        name = canonicalize_name(need.name)
        if name not in linked and (need.marker is None or need.marker.evaluate({"extra": ""})):
            linked.add(name)
            link(distribution(need.name), folder)
            link_needs(distribution(need.name), folder, linked)


def link(installed: Distribution, folder: Path) -> None:
    """Link a distribution's packages and modules into a site-packages, and what pip has written down of it."""
    for top in {path.parts[0] for path in installed.files or ()} - {"..", "__pycache__"}:
        (folder / top).symlink_to(str(installed.locate_file(top)))


@pytest.fixture(scope="session", params=["linked", pytest.param("by pip", marks=pytest.mark.long)])
def installed(
    request: pytest.FixtureRequest, distributions: Distributions, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder with the commands of an environment that has the wheel and what it needs, and nothing else."""
    python = new_environment(tmp_path_factory.mktemp("installed") / "venv")
    if request.param == "by pip":
        pip_install(python, distributions.wheel)
    else:
        pip_install(python, "--no-deps", distributions.wheel)
        [there] = (python.parent.parent / "lib").glob("*/site-packages")
        [known] = there.glob("baosou-*.dist-info")
        link_needs(Distribution.at(known), there, set())
    return python.parent


def tracked(*folders: str) -> set[str]:
    """The files of the project, those included that are not committed yet."""
    listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard", *folders)
    found = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in found if (PROJECT / name).exists()}


def test_the_wheel_has_all_modules_and_data_files(distributions: Distributions) -> None:
    with zipfile.ZipFile(distributions.wheel) as wheel:
        names = set(wheel.namelist())
    assert {name for name in names if name.split("/")[0] in PACKAGES} == tracked(*PACKAGES)
    assert {Path(name).suffix for name in names} >= {".py", ".tsv", ".html", ".css"}


def test_the_sdist_has_what_the_wheel_is_built_from(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names >= tracked(*PACKAGES) | {"pyproject.toml", "README.md", "LICENSE"}


def test_the_installed_program_indexes_searches_and_serves(installed: Path, tmp_path: Path) -> None:
    page = tmp_path / "archive" / "shazhou" / "2024-03-09" / "01.txt"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    (page.parent.parent / "paper.toml").write_text('place = "河南省/驻马店市"\n', encoding="utf-8")
    baosou = installed / "baosou"
    told = json.loads(call(baosou, "index", "--json", cwd=tmp_path))
    assert (told["articles"], told["set_aside"], told["warnings"]) == (1, [], [])
    found = json.loads(call(baosou, "search", '"添了一条新船"', "--json", cwd=tmp_path))
    assert found["total"] == 1
    assert [one["value"] for one in found["facets"]["locality"]] == [
        "河南省",
        "河南省/驻马店市",
        "河南省/驻马店市/驿城区",
    ]
    with served(baosou, tmp_path) as url:
        assert "<mark>渡口</mark>添新船" in get(f"{url}/search?q=%E6%B8%A1%E5%8F%A3")
        assert "能坐四十人" in get(url + found["hits"][0]["url"])
        for path in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', get(url + "/"))):
            assert get(url + path)


def test_the_installed_package_is_typed_and_names_its_version(installed: Path, tmp_path: Path) -> None:
    assert call(installed / "baosou", "--version", cwd=tmp_path).startswith("baosou, version ")
    where = call(installed / "python", "-c", "import indexer; print(indexer.__file__)", cwd=tmp_path)
    assert (Path(where).parent / "py.typed").exists()


@contextmanager
def served(baosou: Path, folder: Path) -> Iterator[str]:
    """Serve an archive on some port; give the address."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BAOSOU", "COV"))}
    server = subprocess.Popen(
        [baosou, "serve", "--port", "0"], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        line = server.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line
        yield found[0]
    finally:
        server.terminate()
        server.communicate(timeout=60)


def get(url: str) -> str:
    with closing(urlopen(url, timeout=60)) as answer:  # noqa: S310 (an address of this machine)
        body: bytes = answer.read()
    return body.decode("utf-8", "replace")
