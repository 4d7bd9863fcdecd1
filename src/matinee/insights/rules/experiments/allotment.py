"""Whether profiles fall to the variants as they should.

If they do not, something between assignment and counting loses some of them, and no estimate means
anything: the "sample ratio mismatch". Tested so that it may be looked at all the time: Lindon and
Malek, "Anytime-valid inference for multinomial count data" (NeurIPS 2022), equation 5.
"""

import math
from collections.abc import Sequence

# So rarely is said of a fair experiment, ever, that it is not.
_ALPHA = 0.001
# How strongly the other possibilities are thought to be near to what should be, in profiles.
_CONCENTRATION = 200.0


def is_lopsided(shown: Sequence[int], weights: Sequence[int]) -> bool:
    """Whether counts by variant surely come from other shares than the weights say."""
    if len(shown) < 2:  # noqa: PLR2004 - one variant gets all
        return False
    total = sum(weights)
    shares = [weight / total for weight in weights]
    return _log_evidence(shown, shares) >= -math.log(_ALPHA)


def _log_evidence(shown: Sequence[int], shares: Sequence[float]) -> float:
    """How much better Dirichlet-distributed shares explain the counts, as a logarithm."""
    prior = [_CONCENTRATION * share for share in shares]
    mixed = math.lgamma(_CONCENTRATION) - math.lgamma(_CONCENTRATION + sum(shown))
    for count, own in zip(shown, prior, strict=True):
        mixed += math.lgamma(own + count) - math.lgamma(own)
    fair = sum(count * math.log(share) for count, share in zip(shown, shares, strict=True))
    return mixed - fair
