"""The HTTP edge of `catalog`: what viewers read, and what the operator does in Studio."""

from matinee.catalog import queries
from matinee.catalog.actions.webhooks import webhooks
from matinee.catalog.api.amendments import router as amendments
from matinee.catalog.api.artwork import router as artwork
from matinee.catalog.api.encodes import router as encodes
from matinee.catalog.api.files import router as files
from matinee.catalog.api.labels import router as labels
from matinee.catalog.api.programme import router as programme
from matinee.catalog.api.shared import router as shared
from matinee.catalog.api.sheets import router as sheets
from matinee.catalog.api.studio import router as studio
from matinee.catalog.api.subtitles import router as subtitles
from matinee.catalog.api.titles import router as titles
from matinee.catalog.api.workflow import router as workflow
from matinee.kernel import access
from matinee.kernel.http.django_edge import make_api
from matinee.kernel.http.webhook_routes import webhook_router

api = make_api("catalog")
api.add_router("", programme)
api.add_router("", titles)
api.add_router("", studio)
api.add_router("", workflow)
api.add_router("", amendments)
api.add_router("", encodes)
api.add_router("", labels)
api.add_router("", files)
api.add_router("", artwork)
api.add_router("", subtitles)
api.add_router("", sheets)
api.add_router("/studio", webhook_router(webhooks, access.staff(*queries.STAFF)))
api.add_router("", shared)
