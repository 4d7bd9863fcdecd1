"""Which gateway this installation uses, as the settings name it."""

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from matinee.billing import settings
from matinee.billing.gateways.gateway import Gateway, GatewayError
from matinee.billing.gateways.simulated import SimulatedGateway
from matinee.kernel import secret_files
from matinee.kernel import settings as kernel_settings
from matinee.kernel.webhooks import signatures

if TYPE_CHECKING:
    from matinee.billing.gateways.stripe_gateway import StripeGateway


class NotSetUpError(GatewayError):
    """The operator has not finished setting a gateway up; the message says what is missing."""


def chosen() -> Gateway:
    """The gateway of this process."""
    return _made()


@lru_cache(maxsize=1)
def _made() -> Gateway:
    return _stripe() if settings.get().gateway == "stripe" else _simulator()


def simulator_secrets() -> tuple[str, str]:
    """The key of the simulator's API, and what it signs its news with."""
    folder = kernel_settings.get().secrets
    key = secret_files.read_or_make(folder / "simulator_key")
    signing = secret_files.read_or_make(folder / "simulator_signing_key")
    return key, signatures.secret_of(signing.encode()[:64])


def _simulator() -> SimulatedGateway:
    ours = kernel_settings.get()
    key, webhook_secret = simulator_secrets()
    elsewhere = settings.get().simulator_url
    if elsewhere:
        transport: httpx.BaseTransport = _At(elsewhere)
    else:
        socket = ours.run_folder / settings.SIMULATOR_SOCKET
        transport = httpx.HTTPTransport(uds=str(socket), retries=1)
    return SimulatedGateway(transport, key=key, webhook_secret=webhook_secret, pages=ours.url)


class _At(httpx.HTTPTransport):
    """Sends what is meant for the simulator to where it is."""

    def __init__(self, url: str) -> None:
        super().__init__(retries=1)
        self._where = urlsplit(url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        where = self._where
        request.url = request.url.copy_with(
            scheme=where.scheme, host=where.hostname, port=where.port
        )
        return super().handle_request(request)


def _stripe() -> "StripeGateway":
    from matinee.billing.gateways.stripe_gateway import (  # noqa: PLC0415 - its library takes 3 MB
        StripeGateway,
    )

    folder = kernel_settings.get().secrets
    secrets = []
    for name in ("stripe_api_key", "stripe_webhook_secret"):
        path = folder / name
        if not path.exists():
            msg = f"MATINEE_BILLING_GATEWAY is stripe, but {path} is missing. Write Stripe's there."
            raise NotSetUpError(msg)
        secrets.append(path.read_text().strip())
    return StripeGateway(secrets[0], secrets[1])
