"""What starts Septum elsewhere says what it understands: compose file, image, and examples of the guide."""

import ast
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pytest
import yaml
from typer.main import get_command

from core.cli.app import app
from core.settings import ROOT, Settings
from tests.servers.ports import free_port
from tests.store.files.s3_servers import client, point_at, s3_server

__all__ = ["s3_server"]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
GUIDE = (ROOT / "docs" / "guide" / "cluster.md").read_text()
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTINGS = {f"SEPTUM_{name.upper()}" for name in Settings.model_fields}
PYTHON = ["python", "-m", "core"]

OURS = [name for name, service in SERVICES.items() if service["image"] == "septum:local"]

each_service = pytest.mark.parametrize("name", SERVICES)


def require_command(words: list[str]) -> None:
    """Raise click's error where the command line would."""
    command: click.Command = get_command(app)
    while isinstance(command, click.Group):
        name, *words = words
        assert name in command.commands, name
        command = command.commands[name]
    command.make_context(command.name, words)


def commands_of_the_guide() -> Iterator[list[str]]:
    """Every `python -m core cluster ...` of the guide's page, in code blocks and in the line."""
    text = GUIDE.replace("\\\n", " ")
    for line in re.findall(r"python -m core (cluster [^`\n]+)", text):
        yield shlex.split(re.sub(r"\$\([^)]*\)", "10.0.0.7", line).rstrip("& "))


def ends(service: dict) -> bool:
    """Whether a service does one thing and ends."""
    return service["restart"] == "no"


def test_every_command_of_the_guide_is_one():
    found = list(commands_of_the_guide())
    assert len(found) >= 3
    for words in found:
        require_command(words)


def test_the_example_for_kubernetes_starts_nodes_with_settings_that_there_are():
    (text,) = (code for language, code in FENCED.findall(GUIDE) if language == "yaml")
    (container,) = yaml.safe_load(text)["spec"]["template"]["spec"]["containers"]
    assert container["command"][:3] == PYTHON
    require_command(container["command"][3:])
    given = {variable["name"] for variable in container["env"]}
    assert {name for name in given if name.startswith("SEPTUM_")} <= SETTINGS
    mounts = {mount["name"] for mount in container["volumeMounts"]}
    assert mounts == {each["name"] for each in yaml.safe_load(text)["spec"]["template"]["spec"]["volumes"]}


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_septum_is_started_by_a_command_that_there_is(name):
    service = SERVICES[name]
    program, *words = service["command"]
    if (program, words[0]) == ("python", "-c"):
        ast.parse(words[1])
    elif program == "sleep":
        assert words == ["infinity"]
    elif program == "sh":
        assert (ROOT / words[0]).is_file()
    else:
        assert [program, *words[:2]] == PYTHON
        require_command(words[2:])
    checked = service.get("healthcheck", {}).get("test", [])
    assert not checked or (ROOT / checked[2]).is_file()


@each_service
def test_a_service_is_nobody_who_could_do_harm(name):
    service = SERVICES[name]
    assert service["user"].partition(":")[0] not in ("", "0", "root")
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert service.get("network_mode") != "host"


@each_service
def test_a_service_tells_how_it_is_and_waits_for_what_there_is(name):
    service = SERVICES[name]
    assert ends(service) != ("healthcheck" in service)
    for other, wanted in service.get("depends_on", {}).items():
        waits_for_its_end = wanted["condition"] == "service_completed_successfully"
        assert ends(SERVICES[other]) == waits_for_its_end, other
        assert other in SERVICES


@each_service
def test_a_service_has_settings_that_there_are_and_no_secret(name):
    given = SERVICES[name].get("environment", {})
    assert {each for each in given if each.startswith("SEPTUM_")} <= SETTINGS
    for variable, value in given.items():
        if re.search("PASSWORD|SECRET", variable):
            assert value.startswith("${"), variable
        assert ":?" in value or "://septum:" not in value, variable


@each_service
def test_an_image_is_built_here_or_has_a_version(name):
    service = SERVICES[name]
    built = {each["image"] for each in SERVICES.values() if "build" in each}
    assert service["image"] in built or re.search(r":v?\d+\.\d+", service["image"])


def test_one_service_builds_the_image_and_the_others_take_no_other():
    (builder,) = [name for name in OURS if "build" in SERVICES[name]]
    assert {SERVICES[name]["pull_policy"] for name in OURS if name != builder} == {"never"}


def test_who_shares_a_network_has_it_of_a_service_that_does_nothing_and_is_started_anew_with_it():
    sharing = {
        name: service["network_mode"].removeprefix("service:")
        for name, service in SERVICES.items()
        if service.get("network_mode", "").startswith("service:")
    }
    assert sharing.keys() == {"app", "proxy"}
    (owner,) = set(sharing.values())
    assert SERVICES[owner]["command"] == ["sleep", "infinity"]
    assert SERVICES[owner]["ports"] == ["127.0.0.1:8501:8080"]
    assert all(SERVICES[name]["depends_on"][owner]["restart"] for name in sharing)


def test_a_secret_is_asked_for_in_a_sentence_and_stays_out_of_the_history():
    asked = set(re.findall(r"\$\{(\w+)(.*?)\}", (DEPLOY / "compose.yaml").read_text()))
    assert {name for name, _ in asked} == {"POSTGRES_PASSWORD", "S3_SECRET_KEY"}
    assert {words for _, words in asked} == {":?make deploy/.env as the head of deploy/compose.yaml says"}
    assert "/deploy/.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_proxy_tells_of_an_app_that_is_away_and_passes_it_on_when_it_is_back(tmp_path):
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("no nginx here")
    front, back = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{front};").replace(":8501;", f":{back};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {tmp_path / kind};" for kind in kinds)
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {tmp_path}/pid; events {{}} http {{ access_log off; {folders} {text} }}"
    )
    process = subprocess.Popen([program, "-e", tmp_path / "log", "-c", conf])
    try:
        await_answer(front, 503)
        assert b"not running or just starting" in await_answer(front, 503)
        with ThreadingHTTPServer(("127.0.0.1", back), SimpleHTTPRequestHandler) as served:
            threading.Thread(target=served.serve_forever).start()
            await_answer(front, 200)
            served.shutdown()
    finally:
        process.terminate()
        process.wait(timeout=20)


def await_answer(port: int, status: int) -> bytes:
    """Return what is answered, once it comes with this status."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError):
            line = HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("HEAD" if status == 200 else "GET", "/")
            answer = line.getresponse()
            if answer.status == status:
                return answer.read()
        time.sleep(0.1)
    raise AssertionError(f"no answer with status {status}")


def test_every_volume_is_declared_and_used():
    mounted = [volume.split(":") for service in SERVICES.values() for volume in service.get("volumes", ())]
    assert {source for source, *_ in mounted if not source.startswith(".")} == set(COMPOSE["volumes"])
    assert all((DEPLOY / source).is_file() for source, *_ in mounted if source.startswith("."))


def test_the_image_has_what_it_starts_and_its_user():
    users = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["septum"]
    (uid,) = re.findall(r"--uid (\d+)", DOCKERFILE)
    ours = [SERVICES[name] for name in OURS]
    assert {service["user"] for service in ours} == {f"{uid}:{uid}"}
    assert re.match(r"FROM python:\d+\.\d+\.\d+", DOCKERFILE.partition("\n\n")[0].splitlines()[-1])
    folders = set(
        re.findall(r"^RUN .*install -d [^/]*((?:/\w+ ?)+)", DOCKERFILE, re.DOTALL | re.MULTILINE)[0].split()
    )
    mounted = {volume.split(":")[1] for service in ours for volume in service.get("volumes", ())}
    assert mounted <= folders
    assert set(re.findall(r"SEPTUM_[A-Z_]+[A-Z]", DOCKERFILE)) <= SETTINGS


def test_the_image_is_given_all_of_the_program_and_nothing_of_a_store():
    taken = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert all((ROOT / name).exists() for name in taken)
    assert {"app.py", "serve.py", "core", "pages", "checkpoints", "pyproject.toml", ".streamlit"} <= set(
        taken
    )
    assert not {"data", ".git", "deploy"}.intersection(taken)
    for name in re.findall(r"deploy/[\w.]+", (DEPLOY / "compose.yaml").read_text()):
        assert name in taken or name in ("deploy/Dockerfile", "deploy/compose.yaml", "deploy/.env"), name


def test_the_bucket_is_made_by_its_command(s3_server, monkeypatch):
    point_at(monkeypatch, s3_server)
    _, *words = SERVICES["make-bucket"]["command"]
    for _ in range(2):  # also where it is there
        subprocess.run([sys.executable, *words], check=True)
    assert "septum" in [each["Name"] for each in client(s3_server).list_buckets()["Buckets"]]


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A folder with those that the script has made."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    return made_in(tmp_path / "certificates")


def made_in(folder: Path) -> Path:
    folder.mkdir()
    subprocess.run(["sh", DEPLOY / "certificates.sh", folder], check=True, capture_output=True)
    return folder


def test_certificates_are_made_once_for_their_owner_alone_and_the_signing_key_is_gone(certificates):
    made = {file.name: (file.stat().st_mode & 0o777, file.read_bytes()) for file in certificates.iterdir()}
    assert set(made) == {"ca.pem", "cert.pem", "key.pem"}
    assert {mode for mode, _ in made.values()} == {0o600}
    subprocess.run(["sh", DEPLOY / "certificates.sh", certificates], check=True)
    assert {file.name: (0o600, file.read_bytes()) for file in certificates.iterdir()} == made


def made_as_the_guide_says(folder: Path) -> Path:
    (lines,) = [code for _, code in FENCED.findall(GUIDE) if code.startswith("openssl")]
    folder.mkdir()
    subprocess.run(["sh", "-e", "-c", lines], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("make", [made_in, made_as_the_guide_says])
def test_the_health_check_of_a_scheduler_asks_by_certificate(make, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    certificates = make(tmp_path / "certificates")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(certificates / "ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")

    def is_healthy(folder: Path) -> bool:
        """Whether the check says so, of a server that wants a certificate and then speaks first."""
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def serve() -> None:
                line, _ = listener.accept()
                try:
                    with context.wrap_socket(line, server_side=True) as spoken:
                        spoken.sendall(b"x")
                except (OSError, ssl.SSLError):
                    line.close()

            thread = threading.Thread(target=serve)
            thread.start()
            address = f"tls://127.0.0.1:{listener.getsockname()[1]}"
            command = [sys.executable, DEPLOY / "healthy.py", address]
            env = os.environ | {"SEPTUM_CLUSTER_TLS": str(folder)}
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
            thread.join()
        assert not done.returncode or "does not answer" in done.stderr
        return not done.returncode

    assert is_healthy(certificates)
    stranger = made_in(tmp_path / "stranger")
    shutil.copy(certificates / "ca.pem", stranger)  # it trusts ours, but we do not know it
    assert not is_healthy(stranger)
