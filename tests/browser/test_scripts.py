"""Every script of ours is a module that a browser can read: a slip in one would leave its page without it, and in silence."""

from pathlib import Path

import pytest
from django.templatetags.static import static

import recycling

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOLDER = Path(recycling.__file__).parent / "static"
# The service worker's own script expects to be one; its page is tested in offline/.
NOT_IN_A_PAGE = {"js/worker.js"}
SCRIPTS = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("js/**/*.js"))

# Whether a module can be parsed and linked. What it then does to a page that is not its own is not asked.
READ = """(address) => new Promise((done) => {
  const wrong = (event) => { if (event.error instanceof SyntaxError) done(String(event.error)); };
  addEventListener("error", wrong);
  import(address).then(() => done(""), (error) => done(error instanceof SyntaxError ? String(error) : ""));
})"""


def test_every_script_can_be_read(open_page, live_server):
    page = open_page()
    page.goto("/en/how")
    wrong = {
        script: told
        for script in SCRIPTS
        if script not in NOT_IN_A_PAGE and (told := page.evaluate(READ, static(script)))
    }
    assert (len(SCRIPTS) > 20, wrong) == (True, {})
