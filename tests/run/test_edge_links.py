"""What players tell of pathways with their requests for steering, in a real nginx."""

import httpx

from matinee.delivery import told_links
from matinee.delivery.rules.links import Told
from matinee.kernel.settings import Settings
from tests.patience import until


def test_what_players_measured_is_noted_of_each_address_now_and_then(
    settings: Settings, client: httpx.Client
) -> None:
    folder = settings.home / "steering" / "paris"
    folder.mkdir(parents=True)
    (folder / "all-0.json").write_text("{}")
    asked = [
        "_HLS_pathway=paris-1&_HLS_throughput=8000000",
        "_DASH_pathway=%22own%22&_DASH_throughput=512345",
        "_HLS_pathway=../x&_HLS_throughput=8000000",
        "_HLS_pathway=paris-1&_HLS_throughput=fast",
        "",
    ]
    answers = [client.get(f"/steering/paris/all-0.json?{query}") for query in asked]
    assert {answer.status_code for answer in answers} == {200}
    log = settings.home / "log" / "links.log"
    assert until(lambda: told_links.taken(log)) == [
        Told("paris", "paris-1", 8e6),
        Told("paris", "own", 512345.0),
    ]
