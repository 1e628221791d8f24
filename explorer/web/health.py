"""Whether the site can do its work, for whoever watches it."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from explorer.models import FixtureLoad, System


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 once database and fixtures are in place, 503 with the reason otherwise."""
    try:
        systems = System.objects.count()
        loaded = FixtureLoad.objects.values_list("content", flat=True).first()
    except DatabaseError as error:
        return _unfit(f"the database does not answer: {error}")
    if not systems:
        return _unfit("no fixtures are loaded: run manage.py prepare")
    return JsonResponse(
        {"status": "ok", "database": connection.vendor, "systems": systems, "fixtures": loaded or ""}
    )


def _unfit(reason: str) -> JsonResponse:
    return JsonResponse({"status": "unfit", "reason": reason}, status=503)
