"""The chart: what it renders is what clusters take, and holds to the rules of the house."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import helm_python as helm
import kubernetes_validate
import pytest
import yaml
from prometheus_client import REGISTRY

from matinee.kernel import tasks
from matinee.run import checkout, metrics, services

CHART = checkout.root() / "deploy" / "chart"
ALL_ON: dict[str, Any] = {
    "keda": {
        "enabled": True,
        "redisAddress": "redis:6379",
        "prometheusAddress": "http://prometheus:9090",
    },
    "monitoring": {"enabled": True, "labels": {"release": "prometheus"}},
    "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "films-tls"},
    "gateway": {"enabled": True, "parent": {"name": "edge", "namespace": "ingress"}},
    "simulator": {"enabled": True},
    "externalSecret": {"enabled": True, "store": {"name": "vault"}},
}
# Their kinds come with operators of their own; the last test of this file looks at what is theirs.
OTHERS = (
    "keda.sh/",
    "gateway.networking.k8s.io/",
    "external-secrets.io/",
    "monitoring.coreos.com/",
)


def rendered(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    texts = helm.Chart.load(CHART).render(dict(values), name="films", namespace="cinema")
    for name, text in texts.items():
        if name.endswith(".yaml"):
            yield from filter(None, yaml.safe_load_all(text))


def pods(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The pods of every Deployment and Job, by name."""
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in rendered(values)
        if one["kind"] in {"Deployment", "Job"}
    }


@pytest.mark.parametrize("version", ["1.33", "1.37"])
@pytest.mark.parametrize("values", [{}, ALL_ON], ids=["plain", "all"])
def test_clusters_take_what_it_renders(values: Mapping[str, Any], version: str) -> None:
    own = [one for one in rendered(values) if not one["apiVersion"].startswith(OTHERS)]
    for one in own:
        kubernetes_validate.validate(one, version, strict=True)
    assert len(own) > len(services.WITH_API)


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


@pytest.mark.parametrize("values", [{}, ALL_ON], ids=["plain", "all"])
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


def triggers_of(scaled: Mapping[str, Any], part: str, kind: str) -> list[dict[str, Any]]:
    found = scaled[f"films-{part}"]["triggers"]
    return [trigger["metadata"] for trigger in found if trigger["type"] == kind]


def test_crowds_are_scaled_for_by_what_there_is_to_measure() -> None:
    scaled = {
        one["metadata"]["name"]: one["spec"]
        for one in rendered(ALL_ON)
        if one["kind"] == "ScaledObject"
    }
    for part, queues in (
        ("worker", [tasks.EVENTS_QUEUE, tasks.DEFAULT_QUEUE]),
        ("encoder", [tasks.ENCODE_QUEUE]),
    ):
        assert [one["listName"] for one in triggers_of(scaled, part, "redis")] == queues
    (plays,) = triggers_of(scaled, "playback", "prometheus")
    assert "matinee_plays_total" in plays["query"]
    for name, spec in scaled.items():
        assert spec["scaleTargetRef"]["name"] == name in pods(ALL_ON)
        assert spec["minReplicaCount"] <= spec["maxReplicaCount"]
    # Two autoscalers of one Deployment would pull it to and fro.
    kept = {
        one["metadata"]["name"]
        for one in rendered(ALL_ON)
        if one["kind"] == "HorizontalPodAutoscaler"
    }
    assert not kept & set(scaled)


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


def test_alerts_and_panels_ask_for_figures_that_there_are() -> None:
    assert metrics.PATH == "/metrics"
    told = {family.name for family in REGISTRY.collect()}
    shown = (CHART / "files" / "dashboard.json").read_text()
    rules = (CHART / "files" / "alerts.yaml").read_text()
    asked = set(re.findall(r"\bmatinee_[a-z_]+", shown + rules))
    for ending in ("_total", "_bucket"):
        asked = {name.removesuffix(ending) for name in asked}
    assert asked == {name for name in told if name.startswith("matinee_")}
    recorded = {
        rule["record"]
        for group in yaml.safe_load(rules)["groups"]
        for rule in group["rules"]
        if "record" in rule
    }
    assert set(re.findall(r"matinee:[\w:]+", shown + rules)) == recorded
