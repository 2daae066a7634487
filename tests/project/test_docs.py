"""The documentation says what is true: paths, links, commands, variables, verbs, states, and who is pointed to."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from inventory.models import NEXT as ITEM_NEXT
from inventory.models import ItemStatus
from recycling.accounts.models import User
from recycling.notifications.domain import kinds
from reservations.models import NEXT as RESERVATION_NEXT
from reservations.models import REQUEST_NEXT, RequestStatus, ReservationStatus

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = [*(ROOT / top for top in ("recycling", "inventory", "reservations")), ROOT / "manage.py"]
TOPS = {
    ".ci",
    "benchmarks",
    "deploy",
    "docs",
    "inventory",
    "locale",
    "recycling",
    "reservations",
    "templates",
    "tests",
}
FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text):
    """The page without its blocks of code."""
    return FENCE.sub("", text)


def in_code(text):
    """What stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", prose(text)))


def section(text, heading):
    """What stands under ``heading``, up to the next heading of its level or above."""
    level = heading.partition(" ")[0]
    _before, found, rest = f"\n{text}".partition(f"\n{heading}\n")
    assert found, heading
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text):
    """The cells of each row of the tables in ``text``, without heads and rules."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if cells and set(line) <= set("|-: "):
            found.pop()  # the line above was the head
        elif cells:
            found.append(cells)
    return found


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


# -- paths and links


def is_path(word):
    """A file or folder below one of our own, or a file beside them; KIND stands for a name of the reader's."""
    top, below, _rest = word.partition("/")
    inside = bool(below) and top in TOPS and re.fullmatch(r"[\w./-]+", word)
    beside = not below and word.endswith((".md", ".toml", ".txt")) and re.fullmatch(r"[\w.-]+", word)
    return bool(inside or beside) and "KIND" not in word


def paths_in(text):
    """Every word in backticks that names a file or folder of the repository."""
    return sorted(filter(is_path, in_code(text)))


@each_page
def test_every_path_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    missing = [
        word for word in paths_in(text) if not (ROOT / word).exists() and not (page.parent / word).exists()
    ]
    assert missing == []


def test_a_path_that_does_not_exist_would_be_found():
    """The control."""
    text = "`docs/nowhere.md`, `reservations/domain/`, `booking.cancel`, `NOWHERE.md` and `held`"
    assert paths_in(text) == ["NOWHERE.md", "docs/nowhere.md", "reservations/domain/"]


def anchors(page):
    """The names by which the headings of ``page`` are linked to."""
    heads = re.findall(r"^#+ (.+)$", prose(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@each_page
def test_every_link_leads_somewhere(page):
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text(encoding="utf-8"))):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_leads_to_every_page():
    linked = {
        (index.parent / link.partition("#")[0]).resolve()
        for index in (ROOT / "docs/README.md", ROOT / "docs/decisions/README.md")
        for link in re.findall(r"\]\(([^)\s]+)\)", index.read_text(encoding="utf-8"))
    }
    indexes = {page for page in PAGES if page.name == "README.md"}
    assert sorted(set(PAGES) - indexes - linked) == []


# -- commands


def make_targets():
    return set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.MULTILINE))


@each_page
def test_every_make_command_exists(page):
    text = page.read_text(encoding="utf-8")
    code = "\n".join([*in_code(text), *(match.group() for match in FENCE.finditer(text))])
    assert set(re.findall(r"\bmake ([a-z]+)\b", code)) - make_targets() == set()


def test_the_readme_tells_every_make_command():
    assert set(re.findall(r"\bmake ([a-z]+)\b", text_of("README.md"))) == make_targets() - {"help"}


def commands():
    """The names of our own management commands, and of Django's that the pages speak of."""
    own = {path.stem for top in TOPS for path in (ROOT / top).rglob("management/commands/[a-z]*.py")}
    return own | {
        *("check", "clearsessions", "collectstatic", "createsuperuser"),
        *("makemigrations", "migrate", "shell"),
    }


@each_page
def test_every_management_command_exists(page):
    text = page.read_text(encoding="utf-8")
    told = set(re.findall(r"(?:manage\.py|kierto kierto|`kierto) ([a-z_]+)", text))
    assert told - commands() == set()


# -- the environment


def variables_read():
    """Every variable that the service reads from its environment, found in the source."""
    found = set()
    for path in [file for top in SOURCES for file in ([top] if top.is_file() else top.rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                reader = ast.unparse(node.func)
                if reader in {
                    "env",
                    "os.environ.get",
                    "os.environ.setdefault",
                    "os.getenv",
                } or reader.startswith("env."):
                    found.add(node.args[0].value)
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                found.add(ast.literal_eval(node.slice))
    return found


def variables_told():
    return [names(row[0])[0] for row in rows(section(text_of("README.md"), "### Environment"))]


def test_the_readme_tells_every_variable_and_no_other():
    assert sorted(variables_told()) == sorted(variables_read())


def example():
    """The lines of the example environment: what is set, and what is only named."""
    lines = re.findall(r"^(#?)([A-Z][A-Z0-9_]+)=(.*)$", text_of("deploy/.env.example"), re.MULTILINE)
    return {name: value for mark, name, value in lines if not mark}, {name for _mark, name, _value in lines}


def test_the_example_environment_knows_no_other_variables():
    assert example()[1] - set(variables_told()) == set()


def start(environment):
    """Start Django with nothing but this environment; what it said at the end."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=bare | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stderr.strip().rpartition("\n")[2]


def test_the_example_environment_starts_production_once_its_key_is_replaced(tmp_path):
    environment = example()[0] | {"KIERTO_DATA": str(tmp_path)}
    assert "SECRET_KEY" in start(environment)
    assert start(environment | {"SECRET_KEY": "a-key-of-this-test-alone-0123456789-abcdefghijklmnop"}) == ""


def test_the_web_servers_limit_is_the_services_own():
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", text_of("deploy/nginx.conf"))
    assert int(limit) * 1024 * 1024 == settings.REQUEST_MAX_BYTES


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_unit_runs_what_the_procfile_runs(name):
    """The same program with the same options; a unit has no shell and therefore no defaults."""
    (line,) = re.findall(rf"^{name}: (.+)$", text_of("Procfile"), re.MULTILINE)
    wanted = re.sub(r"\$\{(\w+):-[^}]*\}", r"${\1}", line.removeprefix("REMAP_SIGTERM=SIGQUIT ")).split()
    unit = text_of(f"deploy/kierto-{name}.service").replace("\\\n", " ")
    (command,) = re.findall(r"^ExecStart=/srv/kierto/venv/bin/(.+)$", unit, re.MULTILINE)
    assert command.split() == wanted
    assert ("REMAP_SIGTERM=SIGQUIT" in unit) == ("REMAP_SIGTERM" in line)


# -- states, messages, jobs


def state_table(heading):
    page = section(text_of("docs/domain.md"), heading)
    first_table = page.strip().partition("\n\n| Status | Meaning")[0]
    return {names(status)[0]: set(names(after)) for status, after in rows(first_table)}


def as_text(table, statuses):
    return {str(status): {str(after) for after in table.get(status, ())} for status in statuses}


def test_the_states_of_an_item_are_those_of_the_code():
    assert state_table("### Item") == as_text(ITEM_NEXT, ItemStatus)


def test_the_states_of_a_reservation_are_those_of_the_code():
    assert state_table("### Reservation") == as_text(RESERVATION_NEXT, ReservationStatus)


def test_the_states_of_a_request_are_those_of_the_code():
    assert state_table("### Furniture request") == as_text(REQUEST_NEXT, RequestStatus)


def test_every_kind_of_message_is_told():
    told = [names(row[0])[0] for row in rows(section(text_of("docs/messages.md"), "## Kinds"))]
    ours = [one for one in told if "/" not in one]
    assert sorted(ours) == kinds.known()


def test_a_kind_told_to_wait_for_the_morning_does():
    table = [row for row in rows(section(text_of("docs/messages.md"), "## Kinds")) if len(row) == 4]
    assert {names(row[0])[0] for row in table if row[3] == "yes"} == kinds.never_at_night()


def test_a_kind_told_to_go_out_as_a_text_message_has_its_words():
    table = [row for row in rows(section(text_of("docs/messages.md"), "## Kinds")) if len(row) == 4]
    told = {names(row[0])[0] for row in table if "SMS" in row[2]}
    words = {path.name.partition(".")[0] for path in (ROOT / "templates/messages").glob("*.sms.txt")}
    # What is brought is said in other words of the same kinds.
    brought = {name for name in words if name.endswith("_delivery")}
    assert told - brought == words - brought
    assert {name.removesuffix("_delivery") for name in brought} - told == set()


def test_every_job_is_told_with_its_interval():
    told = {
        names(name)[0]: float(every.split()[0]) * {"s": 1, "h": 3600}[every.split()[1]]
        for name, every, _does in rows(section(text_of("docs/architecture.md"), "## Jobs"))
    }
    assert told == {name: entry["schedule"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}


# -- verbs


def functions():
    """``{module.function: whether it is a transaction of its own}`` of every public function of the domains."""
    found = {}
    for path in [file for top in SOURCES if top.is_dir() for file in top.rglob("domain/**/*.py")]:
        subject = path.stem if path.parent.name == "domain" else path.parent.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                atomic = any(
                    ast.unparse(decorator).startswith("transaction.atomic")
                    for decorator in node.decorator_list
                )
                found[f"{subject}.{node.name}"] = found.get(f"{subject}.{node.name}", False) or atomic
    return found


def test_every_verb_with_a_transaction_says_what_it_locks():
    told = {name for row in rows(text_of("docs/locking.md")) for name in names(row[0])}
    assert {name for name, atomic in functions().items() if atomic} - told == set()


SUBJECTS = sorted({name.partition(".")[0] for name in functions()})


@each_page
def test_every_verb_that_a_page_names_exists(page):
    words = in_code(page.read_text(encoding="utf-8"))
    verbs = {word for word in words if re.fullmatch(rf"(?:{'|'.join(SUBJECTS)})\.[a-z_]+", word)}
    # A word like "notifications.send_due" is a job; jobs have a test of their own.
    assert {verb for verb in verbs if not verb.endswith(".py")} - functions().keys() - set(
        settings.CELERY_BEAT_SCHEDULE
    ) == set()


def test_every_test_that_a_page_names_exists():
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    told = {
        word
        for page in PAGES
        for word in in_code(page.read_text(encoding="utf-8"))
        if re.fullmatch(r"test_\w+", word)
    }
    assert told - there == set()


# -- people


def test_every_field_that_points_to_a_person_is_in_the_page_about_privacy():
    told = set(re.findall(r"`([A-Z]\w+\.\w+)`", text_of("docs/privacy.md")))
    pointing = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith(("recycling.", "inventory.", "reservations."))
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is User
    }
    assert pointing - told == set()


def test_every_field_in_the_page_about_privacy_exists():
    told = set(re.findall(r"`([A-Z]\w+\.\w+)`", text_of("docs/privacy.md")))
    there = {f"{model.__name__}.{field.name}" for model in apps.get_models() for field in model._meta.fields}
    assert told - there == set()
