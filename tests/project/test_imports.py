"""The two laws of imports, read from the source of every module: downwards between apps, downwards inside an app."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# A package may import from itself and from those below it.
BELOW = {
    "reservations": {"inventory", "recycling"},
    "inventory": {"recycling"},
    "recycling": set(),
}
# The composition root: the only modules that may know every app.
ROOF = {"recycling.urls", "recycling.celery", "recycling.wsgi"}
# Inside an app, from the ground up. A module may import from its own layer and from those below.
LAYERS = [
    {
        "data",
        "vocabulary",
        "search_index",
        "append_only",
        "decoder",
        "code_reader",
        "webp",
        "rules",
        "device",
        "samples",
    },
    {"models"},
    {"channels", "http_sms", "esp"},
    {"domain"},
    {
        "forms",
        "load_forms",
        "desk_forms",
        "approval_forms",
        "giving_forms",
        "taking_forms",
        "hall_forms",
        "request_forms",
        "label_forms",
        "alert_forms",
        "stocktake_forms",
        "filters",
        "ceremony",
        "adapter",
        "provider",
        "messages",
        "messages_alerts",
        "messages_delivery",
        "message_forms",
        "messages_queue",
        "queue_forms",
        "van_forms",
        "way_forms",
        "messages_giving",
        "messages_links",
        "messages_requests",
        "messages_wanted",
        "need_forms",
        "wanted_forms",
        "messages_sending",
        "words",
    },
    # What the month's summary says comes from a report.
    {"receipts", "esp_news"},
    {"views", "api", "admin", "tasks", "management", "reports", "templatetags", "demo", "messages_units"},
    {"converters"},
    {"urls", "desk_urls", "department_urls", "warehouse_urls", "manage_urls", "apps", "migrations"},
]
APPS = [
    "reservations",
    "inventory",
    "recycling.accounts",
    "recycling.audit",
    "recycling.notifications",
    "recycling.policy",
]


def modules():
    for top in BELOW:
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name, path):
    """Every module that this one imports, relative imports made whole, with the line."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - (node.level - 1)] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((f"{whole}.{alias.name}", node.lineno) for alias in node.names)


def upward(name, imported):
    top, other = name.split(".")[0], imported.split(".")[0]
    return other in BELOW and other != top and other not in BELOW[top]


def layer(module, app):
    room = module.removeprefix(f"{app}.").split(".")[0]
    return next((number for number, rooms in enumerate(LAYERS) if room in rooms), None)


def climbs(name, imported):
    """Whether the import goes up inside an app."""
    app = next((app for app in APPS if name.startswith(f"{app}.") and imported.startswith(f"{app}.")), None)
    if app is None:
        return False
    here, there = layer(name, app), layer(imported, app)
    return here is not None and there is not None and there > here


ALL = list(modules())


@pytest.mark.parametrize("top", BELOW)
def test_apps_import_downwards(top):
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, path in ALL
        if name.split(".")[0] == top and name not in ROOF
        for imported, line in imports(name, path)
        if upward(name, imported)
    ]
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_inside_an_app_imports_run_from_shells_to_verbs_to_models(app):
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, path in ALL
        if name.startswith(f"{app}.")
        for imported, line in imports(name, path)
        if climbs(name, imported)
    ]
    assert wrong == []


def test_the_test_sees_what_it_forbids():
    """The control: the rules above do refuse."""
    assert upward("inventory.models.item", "reservations.models.Reservation")
    assert upward("recycling.clock", "inventory.models.Item")
    assert climbs("inventory.models.item", "inventory.domain.stock")
    assert climbs("reservations.domain.booking", "reservations.views.booking.hold")
    assert not climbs("reservations.views.booking", "reservations.domain.booking")


@pytest.mark.parametrize("app", APPS)
def test_every_room_has_a_place_in_the_order(app):
    """A new room is put into the order before anything moves in."""
    folder = ROOT / app.replace(".", "/")
    rooms = {
        path.stem
        for path in folder.iterdir()
        if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
    }
    assert rooms - {"__init__", "__pycache__"} - set().union(*LAYERS) == set()


FORBIDDEN_ROOMS = ("utils", "helpers", "services", "managers", "common", "core")


def test_rooms_are_named_after_what_is_in_them():
    assert [name for name, _path in ALL if name.rpartition(".")[2] in FORBIDDEN_ROOMS] == []


MOST_LINES = 400


def test_no_module_outgrows_its_room():
    long = {
        name: lines
        for name, path in ALL
        if ".migrations." not in name
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}
