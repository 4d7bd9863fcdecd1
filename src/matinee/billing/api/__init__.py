"""The HTTP edge of `billing`."""

from matinee.billing.actions import webhooks
from matinee.billing.api.documents import router as documents
from matinee.billing.api.finance import router as finance
from matinee.billing.api.offering import router as offering
from matinee.billing.api.paying import router as paying
from matinee.billing.api.selling import router as selling
from matinee.billing.api.subscribing import router as subscribing
from matinee.kernel import access
from matinee.kernel.http.django_edge import make_api
from matinee.kernel.http.webhook_routes import webhook_router

api = make_api("billing")
api.add_router("", subscribing)
api.add_router("", documents)
api.add_router("", paying)
api.add_router("/studio", finance)
api.add_router("/studio", webhook_router(webhooks, access.staff("finance")))
api.add_router("/studio", selling)
api.add_router("/studio", offering)
