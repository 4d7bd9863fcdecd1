"""What a whole installation takes at rest, part by part (PSS: what is shared counts in part).

`matinee up` in a home that was used before, once everything is ready and nothing has been asked
for a while.
"""

from bench import processes
from bench.figures import Figure
from bench.start import READY_S, home_folder, running
from bench.viewing import until_well
from matinee.kernel import clock

_SETTLE_S = 20.0
_PEER = {"MediaCMS": 2.2 * 1024}


def measure() -> list[Figure]:
    """Memory of all processes below the supervisor, and of it."""
    with home_folder() as home:
        for settle_s in (0.0, _SETTLE_S):
            with running(home) as (url, _, process):
                until_well(f"{url}/api/identity/readyz", "the service", READY_S)
                clock.pause(settle_s)
                parts = processes.pss_mib(process.pid)
    whole = sum(parts.values())
    return [
        Figure("memory of everything at rest, engines included", whole, "MiB", "<= 700", _PEER),
        *(
            Figure(f"… {part}", mib, "MiB")
            for part, mib in sorted(parts.items(), key=lambda pair: -pair[1])
        ),
    ]
