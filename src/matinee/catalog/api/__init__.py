"""The HTTP edge of `catalog`: what viewers read, and what the operator does in Studio."""

from matinee.catalog.api.artwork import router as artwork
from matinee.catalog.api.encodes import router as encodes
from matinee.catalog.api.files import router as files
from matinee.catalog.api.programme import router as programme
from matinee.catalog.api.studio import router as studio
from matinee.catalog.api.subtitles import router as subtitles
from matinee.catalog.api.titles import router as titles
from matinee.catalog.api.workflow import router as workflow
from matinee.kernel.http.django_edge import make_api

api = make_api("catalog")
api.add_router("", programme)
api.add_router("", titles)
api.add_router("", studio)
api.add_router("", workflow)
api.add_router("", encodes)
api.add_router("", files)
api.add_router("", artwork)
api.add_router("", subtitles)
