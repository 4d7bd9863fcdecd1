"""The payment simulator's WSGI app, over a file in the home folder, with its postman at work."""

from matinee.billing.gateways.chosen import simulator_secrets
from matinee.billing.simulator.app import make_app
from matinee.billing.simulator.bank import Bank
from matinee.billing.simulator.posting import Postman
from matinee.billing.simulator.store import Store
from matinee.kernel import logs, settings
from matinee.run import readiness

_NEWS_PATH = "/api/billing/gateways/simulator/news"

_ours = settings.get()
logs.set_up(_ours)
_key, _webhook_secret = simulator_secrets()
_bank = Bank(Store(_ours.home / "simulator" / "payments.sqlite"))
Postman(_bank, _ours.service_url("billing") + _NEWS_PATH, _webhook_secret).start()
app = make_app(_bank, _key).wsgi_app
readiness.announce()
