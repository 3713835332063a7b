"""`/openapi.json`, put together from what every interface says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import falcon.asgi

from cardwright.http import health_openapi as health
from cardwright.http.openapi import PATH, OpenApi, document
from cardwright.http.resources import EveryResource
from cardwright.surfaces.createcontact import openapi as createcontact
from cardwright.surfaces.partner import openapi as partner

if TYPE_CHECKING:
    from cardwright.http.asgi import Application
    from cardwright.http.openapi import Tree


def described() -> Tree:
    """Return the document."""
    return document((createcontact.DESCRIBED, partner.DESCRIBED, health.DESCRIBED))


def made() -> Application:
    """Return the application that answers with it."""
    application = falcon.asgi.App(middleware=[EveryResource()])
    application.add_route(PATH, OpenApi(described()))
    return application
