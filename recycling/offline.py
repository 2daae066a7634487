"""The script that opens the warehouse's pages without a network."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def service_worker(_request):
    """A service worker looks after addresses below its own, so this one stands at the root; its code is a static file.

    The file's name carries its hash: after an update this answer is another one, and browsers take the new worker.
    """
    body = f'import "{static("js/worker.js")}";\n'
    headers = {"Cache-Control": "no-store, private"}
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)
