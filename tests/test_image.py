"""The container image and its composition, as far as they can be tried without a container engine.

The Dockerfile's own steps run here in a clean folder, and production is served from it by a user without a name.
What is left untried is Docker itself: the base image, COPY, and Debian's packages from nothing.
"""

from __future__ import annotations

import fnmatch
import http.client
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands
from ruamel.yaml import YAML

from core.tests.test_production import GOOD

pytestmark = pytest.mark.once
ROOT = Path(settings.ROOT)
USER = 10001
PATIENCE_S = 60


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (word, rest), continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def of(word: str) -> list[str]:
    return [rest for first, rest in instructions() if first == word]


def composition() -> Any:
    return YAML(typ="safe").load(ROOT / "compose.yaml")


def sent_to_docker() -> list[str]:
    """The files of the checkout that .dockerignore lets through."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in listed.stdout.splitlines() if (ROOT / path).exists() and not _ignored(path, rules)]


def _ignored(path: str, rules: list[str]) -> bool:
    parts = path.split("/")
    folders = ["/".join(parts[: number + 1]) for number in range(len(parts))]
    anywhere = [rule.removeprefix("**/") for rule in rules if rule.startswith("**/")]
    return bool(set(folders) & set(rules)) or any(fnmatch.fnmatch(part, rule) for part in parts for rule in anywhere)


def test_every_run_line_is_a_step_of_dev_or_apt() -> None:
    assert len(of("RUN")) >= 5
    for line in of("RUN"):
        assert re.fullmatch(r"\./dev image-[a-z]+( --[a-z]+)?|apt-get [a-z -]+", line), line


def test_it_has_two_stages_and_builds_nothing_in_the_second() -> None:
    stages = of("FROM")
    assert len(stages) == 2
    last = instructions()[max(at for at, (word, _rest) in enumerate(instructions()) if word == "FROM") :]
    assert [rest for word, rest in last if word == "RUN"] == ["./dev image-packages --clean"]
    assert stages[0].split()[0] == stages[1].split()[0]  # the environment made in one must fit the other's Python


def test_it_runs_as_nobody_in_particular_and_is_asked_whether_it_lives() -> None:
    assert of("USER") == [f"{USER}:{USER}"]
    assert of("HEALTHCHECK")[0].endswith('CMD ["./dev", "image-health"]')
    assert "root" not in " ".join(of("USER"))


def test_no_secret_test_or_history_is_sent_to_docker() -> None:
    sent = sent_to_docker()
    assert {"dev", "manage.py", "requirements.txt", "edu/settings/production.py", "package-lock.json"} <= set(sent)
    for path in sent:
        assert not re.search(r"(^|/)(tests?|\.git|\.env|var|docs|benchmarks)(/|$)|conftest", path), path


# What the Dockerfile sets in both stages, so that what one compiles suits the other.
OF_THE_ENGINE = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the Dockerfile's steps have run, in their order, with nothing of this checkout's set-up."""
    folder = tmp_path_factory.mktemp("image")
    for path in sent_to_docker():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target)
    for line in [line for line in of("RUN") if line.startswith("./dev ")]:
        words = [word for word in shlex.split(line) if word != "--clean"]  # the lists of this machine are not ours
        done = subprocess.run(
            words, cwd=folder, env=bare_env(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
    let_in(folder)
    return folder


def let_in(folder: Path) -> None:
    """Temporary folders are their maker's alone; the nameless user has to get through to this one."""
    folder.chmod(0o755)
    for above in folder.parents:
        if not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o011)


def bare_env() -> dict[str, str]:
    """What a build may lean on. The system's Python before any of ours: the nameless user has to reach it."""
    kept = ("HOME", "LANG", "TMPDIR", "UV_CACHE_DIR", "PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
    proxies = [name for name in os.environ if name.lower().endswith("_proxy") or "CERT" in name]
    given = {name: os.environ[name] for name in (*kept, *proxies) if name in os.environ}
    return given | OF_THE_ENGINE | {"PATH": f"/usr/bin:{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def production(image: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a container, with a migrated SQLite file instead of a PostgreSQL server."""
    data = tmp_path_factory.mktemp("data")
    if os.geteuid() == 0:
        let_in(data)
        os.chown(data, USER, USER)
    env = (
        GOOD
        | OF_THE_ENGINE
        | {
            "PATH": f"{image}/.venv/bin:/usr/bin:{os.environ['PATH']}",
            "HOME": str(data),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": f"sqlite:///{data}/basal.sqlite3",
            "BASAL_BIND": f"127.0.0.1:{free_port()}",
            "WEB_CONCURRENCY": "1",
        }
    )
    for command in ("migrate", "createcachetable"):
        run_in(image, env, ["python", "manage.py", command, "-v0"])
    return env


def run_in(image: Path, env: dict[str, str], words: list[str]) -> str:
    done = subprocess.run(
        at(image, words), cwd=image, env=env, capture_output=True, text=True, check=False, user=user(), group=user()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def at(image: Path, words: list[str]) -> list[str]:
    """Popen looks a program up in our own PATH, not in that of `env`."""
    own = image / ".venv" / "bin" / words[0]
    return [str(own), *words[1:]] if own.exists() else words


def user() -> int | None:
    """The image's user, when we may become it."""
    return USER if os.geteuid() == 0 else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(env: dict[str, str], path: str) -> tuple[int, bytes]:
    host, _colon, port = env["BASAL_BIND"].partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "basal.example", "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def test_what_only_building_needs_is_gone_and_the_packages_are_those_of_the_lock(image: Path) -> None:
    for gone in ("node_modules", "static", "var/node", ".venv/bin/uv", ".venv/bin/pip", "tests"):
        assert not (image / gone).exists(), gone
    assert not list((image / ".venv").rglob("pytest"))
    assert (image / ".venv" / "bin" / "gunicorn").exists()
    assert list((image / "edu").rglob("*.pyc"))


def test_both_stages_compile_for_the_same_processor() -> None:
    both = [line for line in of("ENV") if "NUMBA_CPU_NAME=generic" in line and "NUMBA_CPU_FEATURES=" in line]
    assert len(both) == 2


def test_the_engine_is_compiled_at_the_build_and_nobody_compiles_it_again(
    image: Path, production: dict[str, str]
) -> None:
    """By the nameless user, who cannot write where the build left it."""
    script = (
        "from simulator.engine.version import warm; warm()\n"
        "from simulator.engine.kernel.loop import advance\n"
        "print(sum(advance.stats.cache_hits.values()), sum(advance.stats.cache_misses.values()))"
    )
    assert run_in(image, production, ["python", "-c", script]).strip() == "1 0"


def test_every_translation_is_compiled(image: Path) -> None:
    catalogues = list((image / "locale").rglob("*.po"))
    assert [po for po in catalogues if not po.with_suffix(".mo").exists()] == []


def test_it_serves_production_and_says_that_it_lives(image: Path, production: dict[str, str]) -> None:
    command = json.loads(of("CMD")[-1])
    log = image.parent / "web.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            at(image, command), cwd=image, env=production, stdout=output, stderr=output, user=user(), group=user()
        ) as web,
    ):
        try:
            until = time.monotonic() + PATIENCE_S
            while ask(production, "/healthz")[0] != 200:
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.2)
            status, body = ask(production, "/readyz")
            assert (status, json.loads(body)["ready"]) == (200, True)
            served = json.loads((image / "var" / "static" / "staticfiles.json").read_text())["paths"]
            for name in ("basal.css", "basal.js"):
                status, body = ask(production, f"/static/{served[name]}")
                assert (status, body) == (200, (image / "var" / "static" / name).read_bytes())
            assert ask(production, "/")[0] == 200
            assert run_in(image, production, ["./dev", "image-health"]) == "200 ok\n"
        finally:
            web.terminate()
    dead = subprocess.run(["./dev", "image-health"], cwd=image, env=production, capture_output=True, check=False)
    assert dead.returncode == 1


def test_the_composition_gives_production_everything_it_asks_for() -> None:
    services = composition()["services"]
    assert set(services) == {"setup", "web", "worker", "reconciler", "database", "broker"}
    for name in ("setup", "web", "worker", "reconciler"):
        needed = set(GOOD) - {"DJANGO_SETTINGS_MODULE"} | {"EMAIL_URL"}
        assert needed <= set(services[name]["environment"]), name
        assert "BASAL_CRASH_AT" not in services[name]["environment"]
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_every_service_says_when_it_is_restarted_and_whether_it_is_well() -> None:
    for name, service in composition()["services"].items():
        assert service["restart"] == ("no" if name == "setup" else "unless-stopped"), name
        if name in ("database", "broker"):
            assert service["healthcheck"]["test"], name
    assert "healthcheck" not in composition()["services"]["web"]  # the image's own


def test_every_command_of_the_composition_exists() -> None:
    programs, commands = set(), set()
    for service in composition()["services"].values():
        words = " ".join(service.get("command", [])) if service.get("image") == "basal" else ""
        commands |= set(re.findall(r"manage\.py (\w+)", words))
        programs |= {word for word in words.split()[:1] if word not in ("sh", "python")}
    assert programs == {"celery"}
    assert {"migrate", "createcachetable", "load_curriculum", "run_outbox"} <= commands
    assert commands <= set(get_commands())


def test_what_the_composition_keeps_is_in_volumes_it_names() -> None:
    whole = composition()
    used = {str(volume).partition(":")[0] for service in whole["services"].values() for volume in service["volumes"]}
    assert used - {"certificates", "database"} == set()
    assert set(whole["volumes"]) == used


def test_every_variable_the_composition_asks_for_is_explained_in_it() -> None:
    text = (ROOT / "compose.yaml").read_text()
    explained = set(re.findall(r"^#   ([A-Z0-9_*]+)", text, re.MULTILINE))
    for name in set(re.findall(r"\$\{([A-Z0-9_]+)", text)):
        assert name in explained or any(word.endswith("*") and name.startswith(word[:-1]) for word in explained), name
