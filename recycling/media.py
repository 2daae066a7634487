"""Photos from this machine's disk. With an S3-compatible store, nothing is served here."""

from pathlib import PurePosixPath

from csp.decorators import csp_exempt
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import re_path
from django.views.decorators.http import require_safe
from django.views.static import serve

# What our own code writes. Nothing else is ever served from the folder of what people sent.
CONTENT_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp"}

HEADERS = {
    # A name is random and its file never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-site",
}


@login_not_required
@require_safe
@csp_exempt()  # type: ignore[arg-type]  # (typed for views without arguments; the stricter policy is above)
def photo(request, name):
    """One file, as the picture it is and as nothing else."""
    response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    for header, value in (HEADERS | {"Content-Type": CONTENT_TYPES[PurePosixPath(name).suffix]}).items():
        response.headers[header] = value
    return response


def media_urls(chosen):
    """The address of the photos, when by the ``chosen`` settings they lie on this machine's disk."""
    if not chosen.STORAGES["default"]["BACKEND"].endswith("FileSystemStorage"):
        return []
    # Only names that our own code gives: there is no way out of the folder, and no other kind of file.
    name = r"(?P<name>[A-Za-z0-9_/-]+\.(?:jpg|webp))"
    address = chosen.MEDIA_URL.strip("/")
    return [re_path(f"^{address}/{name}$", photo, name="photo_file")]
