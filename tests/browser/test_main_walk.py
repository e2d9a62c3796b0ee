"""The main walk in a real browser, with scripts and without: post, publish, accept, deliver, approve, earnings."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from marketplace.core import clock, db
from tests.browser.visitors import Site
from tests.factories import tasks

NET = "49,895"
"""¥50,000 and 10% tax, less the income tax withheld of ¥5,105."""


async def press(page: Page, action: str) -> None:
    """Press the button of the form that sends to an address; where it asks first, answer yes."""
    button = page.locator(f'form[action*="{action}"] button[type=submit]').first
    if not await button.is_visible():
        asking = await button.evaluate("node => node.closest('[popover]').id")
        await page.locator(f'[popovertarget="{asking}"]').first.click()
    await button.click()
    await page.wait_for_load_state()


async def _a_day() -> str:
    async with db.transaction(operator=True):
        return (await clock.today() + timedelta(days=20)).isoformat()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_task_goes_from_the_form_to_the_earnings(scripts: bool, site: Site):
    ours, title = site.world.ours, f"採用サイトの改修 {scripts}"
    async with (
        site.visitor("manager", ours.members["manager"], java_script_enabled=scripts) as manager,
        site.visitor("alumnus", site.world.shared, java_script_enabled=scripts) as misaki,
    ):
        await manager.open(f"/c/{ours.slug}/tasks/new")
        for name, text in {
            "title": title,
            "what": "採用サイトのトップページ1点と共通部品のデザイン。Figma データで納品。",
            "quantity": "1点",
            "specification": "Figma データ",
            "must_1": "Figma",
            "deliver_on": await _a_day(),
            "hours_estimate": "8",
            "price": "50000",
        }.items():
            await manager.page.fill(f"[name={name}]", text)
        await manager.page.select_option("[name=tax_category]", "design")
        if not scripts:
            await manager.page.click("#cost button[value=check]")
        await expect(manager.page.locator("#cost")).to_contain_text("63,250")
        await manager.page.click("#cost button[value=publish]")
        await expect(manager.page.locator("h1")).to_contain_text(title)
        await tasks.work()

        [task] = await tasks.rows("select id from task where title = $1", title)
        await misaki.open(f"/work/tasks/{task['id']}")
        await press(misaki.page, "/acceptance")
        [contract] = await tasks.rows("select id from contract where task_id = $1", task["id"])
        await misaki.open(f"/contracts/{contract['id']}/delivery")
        await misaki.page.fill("[name=message]", "デザインを納品します。")
        await press(misaki.page, "/delivery")

        await manager.open(f"/c/{ours.slug}/contracts/{contract['id']}")
        await press(manager.page, "/approval")
        await misaki.open("/earnings")

        assert NET in await misaki.page.inner_text("main")
        complaints = manager.complaints + misaki.complaints
        assert not complaints, "\n".join(complaints)
