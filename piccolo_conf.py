from piccolo.conf.apps import AppRegistry

from marketplace.core.db import DB  # noqa: F401 - Piccolo looks for this name

APP_REGISTRY = AppRegistry(
    apps=["marketplace.core.piccolo_app", "payouts.piccolo_app", "marketplace.piccolo_app"]
)
