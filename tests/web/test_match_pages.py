"""What the pages about ranked people promise: whom a task reaches, why this order, and what other weights would do."""

import pytest

from tests.factories import tasks
from tests.web.test_task_pages import _filled, _visit

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "ネットワークの2名が合います"), ("en", "2 people in your network fit")]
)
async def test_a_manager_counts_who_fits_while_writing_and_on_the_draft(language, said):
    firm = await tasks.firm()
    for _ in range(2):
        await tasks.alumnus(firm)
    visitor = await _visit(firm.manager, language)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    await visitor.send("/tasks", do="count", **await _filled())
    assert said in visitor.text
    assert await tasks.rows("select id from task") == []

    task = await tasks.draft(firm)
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/reach")
    assert said in visitor.text
