"""The chart: what it renders is what clusters take, and holds to the rules of the house."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import helm_python as helm
import kubernetes_validate
import pytest
import yaml
from kubernetes_validate import utils as schemas

from matinee.run import checkout, services
from matinee.run.scaling import roles
from matinee.run.scaling import settings as scaling
from matinee.run.scaling.room import Room

CHART = checkout.root() / "deploy" / "chart"
ALL_ON: dict[str, Any] = {
    "autoscaling": {"by": "keda"},
    "monitoring": {"enabled": True, "labels": {"release": "prometheus"}},
    "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "films-tls"},
    "gateway": {"enabled": True, "parent": {"name": "edge", "namespace": "ingress"}},
    "simulator": {"enabled": True},
    "externalSecret": {"enabled": True, "store": {"name": "vault"}},
}
BY_PROMETHEUS = {"autoscaling": {"by": "prometheus"}}
WAYS = {"plain": {}, "all": ALL_ON, "prometheus": BY_PROMETHEUS}
EVERY_WAY = pytest.mark.parametrize("values", WAYS.values(), ids=WAYS)
# Their kinds come with operators of their own; test_others_kinds.py holds them against those.
OTHERS = (
    "keda.sh/",
    "gateway.networking.k8s.io/",
    "external-secrets.io/",
    "monitoring.coreos.com/",
)


def rendered(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for text in _rendered(json.dumps(values)):
        yield from filter(None, yaml.safe_load_all(text))


@cache
def _rendered(values: str) -> list[str]:
    """Helm takes a second each time."""
    chart = helm.Chart.load(CHART)
    texts = chart.render(json.loads(values), name="films", namespace="cinema")
    return [text for name, text in texts.items() if name.endswith(".yaml")]


def pods(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The pods of every Deployment and Job, by name."""
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in rendered(values)
        if one["kind"] in {"Deployment", "Job"}
    }


@pytest.fixture
def _schemas_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program reads megabytes of them for each manifest."""
    monkeypatch.setattr(schemas, "schema_contents", cache(schemas.schema_contents))


@pytest.mark.parametrize("version", ["1.33", "1.37"])
@pytest.mark.usefixtures("_schemas_are_read_once")
def test_clusters_take_what_it_renders(version: str) -> None:
    every = [one for values in WAYS.values() for one in rendered(values)]
    own = {json.dumps(one) for one in every if not one["apiVersion"].startswith(OTHERS)}
    for one in own:
        kubernetes_validate.validate(json.loads(one), version, strict=True)
    assert len(own) > 5 * len(services.WITH_API)


def test_what_clusters_do_not_take_is_found() -> None:
    deployment = next(one for one in rendered({}) if one["kind"] == "Deployment")
    deployment["spec"]["replica"] = 2
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(deployment, "1.33", strict=True)


def test_helm_finds_nothing_wrong() -> None:
    report = helm.lint(CHART, ALL_ON, strict=True, namespace="cinema")
    assert report["errors"] == []
    with pytest.raises(helm.HelmValuesError, match="publicUrl"):
        helm.Chart.load(CHART).validate_schema({"publicUrl": "films.example.org"})


def test_every_service_has_pods_an_address_and_an_autoscaler() -> None:
    found = {(one["kind"], one["metadata"]["name"]) for one in rendered({})}
    for service in services.WITH_API:
        for kind in ("Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"):
            assert (kind, f"films-{service}") in found
        (container,) = pods({})[f"films-{service}"]["containers"]
        assert container["args"][:3] == ["web", "--service", service]
        assert container["readinessProbe"]["httpGet"]["path"] == f"/api/{service}/readyz"
    for part in ("front", "worker", "encoder", "relay", "beat"):
        assert ("Deployment", f"films-{part}") in found


def test_nginx_is_told_whole_names() -> None:
    """It asks name servers for what it is told, and completes nothing as other programs do."""
    (front,) = pods(ALL_ON)["films-front"]["containers"]
    told = {one["name"]: one["value"] for one in front["env"] if "value" in one}
    for name in ("MATINEE_SERVICES_URL", "MATINEE_BILLING_SIMULATOR_URL"):
        assert told[name].endswith(".cinema.svc.cluster.local:8000"), name


@EVERY_WAY
def test_pods_may_do_nothing_that_they_need_not(values: Mapping[str, Any]) -> None:
    for name, pod in pods(values).items():
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert "memory" in container["resources"]["limits"], name
            written = {mount["mountPath"] for mount in container["volumeMounts"]}
            assert written == {"/var/lib/matinee", "/var/lib/matinee/run", "/tmp"}, name  # noqa: S108
            # What is secret comes from a Secret.
            shown = {one["name"] for one in container["env"] if "value" in one}
            assert not shown & {"MATINEE_DATABASE_URL", "MATINEE_REDIS_URL"}, name


def scaled_by(values: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """What the objects of a kind say of the Deployments that they scale, by name."""
    found = [one for one in rendered(values) if one["kind"] == kind]
    for one in found:
        assert one["spec"]["scaleTargetRef"]["name"] == one["metadata"]["name"]
    return {one["metadata"]["name"].removeprefix("films-"): one["spec"] for one in found}


def scaler_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The settings of the scaler's own."""
    (container,) = pods(values)["films-scaler"]["containers"]
    return {one["name"]: one["value"] for one in container["env"] if "value" in one}


def test_what_the_scaler_says_is_what_keda_does(monkeypatch: pytest.MonkeyPatch) -> None:
    env = scaler_of(ALL_ON)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    policy = roles.apart(scaling.Settings(), Room(cores=1, cores_free=1.0, bytes_free=0))
    objects = scaled_by(ALL_ON, "ScaledObject")
    assert set(objects) == set(policy)
    for name, spec in objects.items():
        bounds = policy[name].bounds
        assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (bounds.least, bounds.most)
        (trigger,) = spec["triggers"]
        assert trigger["metadata"] == {
            "url": "http://films-scaler.cinema.svc:8000/copies",
            "valueLocation": f"{name}.wanted",
            "targetValue": "1",
        }
        # Where it says nothing, nobody is sent away.
        assert spec["fallback"]["behavior"] == "currentReplicasIfHigher"
    assert policy["encoder"].bounds.least == 0
    assert policy["playback"].takes.core_share == 0.6
    # Two autoscalers of one Deployment would pull it to and fro.
    assert not scaled_by(ALL_ON, "HorizontalPodAutoscaler")


def test_what_the_scaler_says_is_what_an_external_metric_does() -> None:
    objects = scaled_by(BY_PROMETHEUS, "HorizontalPodAutoscaler")
    assert set(objects) == {*services.WITH_API, "worker", "encoder"}
    bounds = json.loads(scaler_of(BY_PROMETHEUS)["MATINEE_SCALING_BOUNDS"])
    for name, spec in objects.items():
        (external,) = (one["external"] for one in spec["metrics"])
        assert external["metric"] == {
            "name": "matinee_copies_wanted",
            "selector": {"matchLabels": {"role": name}},
        }
        assert external["target"] == {"type": "AverageValue", "averageValue": "1"}
        assert [spec["minReplicas"], spec["maxReplicas"]] == bounds[name]


def test_by_processor_alone_there_is_no_scaler() -> None:
    assert "films-scaler" not in pods({})
    assert set(scaled_by({}, "HorizontalPodAutoscaler")) == set(services.WITH_API)


def test_who_is_scaled_has_no_number_of_its_own() -> None:
    for values in (ALL_ON, BY_PROMETHEUS):
        for one in rendered(values):
            if one["kind"] == "Deployment" and "worker" in one["metadata"]["name"]:
                assert "replicas" not in one["spec"]


def test_only_keda_reaches_the_scaler_from_outside() -> None:
    found = [one for one in rendered(ALL_ON) if one["kind"] == "NetworkPolicy"]
    (policy,) = (one["spec"] for one in found if one["metadata"]["name"] == "films-scaler")
    (rule,) = policy["ingress"]
    assert rule["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "keda"}}}
    ]


def test_an_image_is_what_was_chosen() -> None:
    digest = f"sha256:{'0a' * 32}"
    exact = {"images": {"services": {"repository": "cr.example.org/services", "digest": digest}}}
    (container,) = pods(exact)["films-billing"]["containers"]
    assert container["image"] == f"cr.example.org/services@{digest}"
    (container,) = pods(exact)["films-encoder"]["containers"]
    assert container["image"] == "matinee/media:0.1.0"


@EVERY_WAY
def test_every_pod_says_whether_it_is_well(values: Mapping[str, Any]) -> None:
    for one in rendered(values):
        if one["kind"] == "Deployment":
            (container,) = one["spec"]["template"]["spec"]["containers"]
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)


def test_two_never_send_periodic_tasks() -> None:
    (beat,) = (
        one
        for one in rendered(ALL_ON)
        if one["kind"] == "Deployment" and one["metadata"]["name"] == "films-beat"
    )
    assert beat["spec"]["replicas"] == 1
    assert beat["spec"]["strategy"] == {"type": "Recreate"}


def test_the_database_is_brought_up_before_pods_of_a_new_release() -> None:
    (job,) = (one for one in rendered({}) if one["kind"] == "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    needed = {
        one["metadata"]["name"]: int(one["metadata"]["annotations"]["helm.sh/hook-weight"])
        for one in rendered({})
        if one["kind"] in {"PersistentVolumeClaim", "ServiceAccount"}
    }
    assert set(needed) == {"films", "films-home"}
    assert max(needed.values()) < int(job["metadata"]["annotations"]["helm.sh/hook-weight"])


def test_what_others_operators_read_names_what_is_there() -> None:
    by_kind = {one["kind"]: one for one in rendered(ALL_ON)}
    route = by_kind["HTTPRoute"]["spec"]
    assert route["rules"][0]["backendRefs"] == [{"name": "films-front", "port": 80}]
    secret = by_kind["ExternalSecret"]["spec"]["target"]["name"]
    env = pods(ALL_ON)["films-billing"]["containers"][0]["env"]
    read = {one["valueFrom"]["secretKeyRef"]["name"] for one in env if "valueFrom" in one}
    assert read == {secret}
