"""Further edges on the machine of the service."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from matinee.kernel.settings import Settings
from matinee.run import edges_beside
from matinee.run.commands.start import up
from matinee.run.spawning import CannotStartError


def test_each_edge_has_a_home_and_a_port_of_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, address="127.0.0.1:8480")
    told = edges_beside.processes(settings, 3)
    assert [process.name for process in told] == ["edge-2", "edge-3"]
    assert all(process.needs == ("edge",) for process in told)
    second, third = (edges_beside.beside(settings, number) for number in (2, 3))
    assert (second.base_url, third.base_url) == ("http://127.0.0.1:8481", "http://127.0.0.1:8482")
    assert second.home == tmp_path / "edges" / "edge-2"
    assert edges_beside.processes(settings, 1) == []


@pytest.mark.parametrize(
    "changes",
    [{"address": "0.0.0.0:8480"}, {"public_url": "https://films.example.org"}],
)
def test_where_viewers_come_from_elsewhere_other_hosts_are_made_edges(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    settings = Settings(home=tmp_path, **changes)  # type: ignore[arg-type]
    with pytest.raises(CannotStartError, match="matinee edge invite NAME"):
        edges_beside.processes(settings, 2)
    assert edges_beside.processes(settings, 1) == []


@pytest.mark.parametrize("count", ["0", "10", "some"])
def test_a_number_of_edges_that_makes_no_sense_is_refused(count: str) -> None:
    answer = CliRunner().invoke(up, ["--edges", count])
    assert answer.exit_code == 2
    assert "--edges" in answer.output
