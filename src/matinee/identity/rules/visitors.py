"""Who stands at the door, without I/O."""

import hashlib
from dataclasses import dataclass, field

from matinee.identity.rules.devices import Device
from matinee.identity.rules.sessions import network


@dataclass(frozen=True)
class Visitor:
    """Where a request comes from: address, kind of device, and the secret of its device cookie.

    The secret is there also when the browser had none: then it is the one that it is given.
    """

    address: str
    device: Device
    secret: str = field(repr=False)

    @property
    def network(self) -> str:
        """Whom tries are counted against."""
        return network(self.address)

    @property
    def digest(self) -> bytes:
        """What is kept of the device cookie, which is random enough to need no salt."""
        return hashlib.sha256(self.secret.encode()).digest()
