"""The chart in a real cluster, where KUBECONFIG names one: installed, a film put in and played.

`MATINEE_IMAGES` says where the cluster gets the images from, as registry.example.org/matinee (with
`/services` and `/media` below it, tag `latest`). `kubectl` must be there. Everything happens in a
namespace of its own, which is removed afterwards.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python as helm
import httpx
import pytest

from bench import media, ports, viewing
from matinee.kernel import ids
from matinee.run import services
from tests.deploy.test_chart import CHART
from tests.patience import PATIENCE_S, until

ENGINES = Path(__file__).with_name("engines")
WITHIN_S = 900
NEEDED = ("KUBECONFIG", "MATINEE_IMAGES")

pytestmark = pytest.mark.skipif(
    not all(os.environ.get(name) for name in NEEDED) or not shutil.which("kubectl"),
    reason="THE CHART WAS TRIED IN NO CLUSTER: give KUBECONFIG, MATINEE_IMAGES and kubectl",
)


@dataclass(frozen=True)
class Cluster:
    """A namespace with Matinee in it, reached at an address of this machine."""

    namespace: str
    url: str

    def kubectl(self, *arguments: str, stdin: bytes | None = None) -> str:
        return kubectl(self.namespace, *arguments, stdin=stdin)


def kubectl(namespace: str, *arguments: str, stdin: bytes | None = None) -> str:
    command = ["kubectl", "--namespace", namespace, *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=WITHIN_S, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode()


def values(url: str) -> dict[str, Any]:
    """What fits on one node, and can be done by one."""
    images = os.environ["MATINEE_IMAGES"].rstrip("/")
    return {
        "publicUrl": url,
        "images": {
            name: {"repository": f"{images}/{name}", "tag": "latest"}
            for name in ("services", "media")
        },
        "home": {"accessModes": ["ReadWriteOnce"], "size": "2Gi"},
        "services": {name: {"replicas": 1} for name in services.WITH_API},
        "simulator": {"enabled": True},
    }


def install(namespace: str, url: str) -> None:
    """Engines first: the chart brings the databases up before anything else."""
    engines = {"password": ids.secret()}
    with helm.Config(namespace=namespace) as config:
        for chart, name, chosen in ((ENGINES, "engines", engines), (CHART, "films", values(url))):
            config.install(
                helm.Chart.load(chart),
                name,
                chosen,
                timeout=WITHIN_S,
                wait="watcher",
                create_namespace=True,
            )


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    namespace, port = f"matinee-test-{ids.uuid7().hex[-8:]}", ports.free()
    url = f"http://127.0.0.1:{port}"
    try:
        install(namespace, url)
        command = ["kubectl", "-n", namespace, "port-forward", "svc/films-front", f"{port}:80"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as forwarding:
            try:
                until(lambda: httpx.get(f"{url}/edge/health", timeout=PATIENCE_S).is_success)
                yield Cluster(namespace, url)
            finally:
                forwarding.terminate()
    finally:
        kubectl(namespace, "delete", "namespace", namespace, "--wait=false")


def test_a_film_is_put_in_and_played(cluster: Cluster) -> None:
    clip = min(media.clips(), key=lambda one: one.stat().st_size)
    here = f"/tmp/{clip.name}"  # noqa: S108 - in a container of its own
    put = f"cat > {here} && matinee add {here} --title First --slug first --no-wait"
    encoder = ("exec", "--stdin", "deploy/films-encoder", "--", "sh", "-c", put)
    cluster.kubectl(*encoder, stdin=clip.read_bytes())
    with viewing.viewer(cluster.url) as client:
        film = until(lambda: client.get("/api/catalog/titles/first").json().get("id"))
        answer = until(lambda: played(client, film))
        assert client.get(answer["dash_url"]).is_success


def played(client: httpx.Client, film: str) -> dict[str, str]:
    answer = client.post("/api/playback/sessions", json={"title_id": film})
    return dict(answer.json()) if answer.is_success else {}


def test_every_pod_is_well(cluster: Cluster) -> None:
    path = "jsonpath={.items[*].status.containerStatuses[*].ready}"
    assert set(cluster.kubectl("get", "pods", "--output", path).split()) == {"true"}
