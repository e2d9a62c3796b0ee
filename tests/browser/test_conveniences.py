"""What scripts add, and that everything is there without them."""

import pytest
from playwright.async_api import expect

from tests.browser.test_main_walk import press
from tests.browser.visitors import PHONE, Site
from tests.factories import tasks

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


async def test_the_terms_are_answered_while_typing(site: Site):
    async with site.visitor("manager", site.world.ours.members["manager"]) as manager:
        await manager.open(f"/c/{site.world.ours.slug}/tasks/new")

        await manager.page.locator("[name=pay_words]").press_sequentially("検収後90日以内")
        await manager.page.fill("[name=price]", "40000")

        await expect(manager.page.locator("#pay_words-answer")).not_to_be_empty()
        await expect(manager.page.locator("#cost")).to_contain_text("50,600")
        await expect(manager.page.locator("[name=pay_words]")).to_have_value("検収後90日以内")
        assert manager.complaints == []


@BOTH
async def test_a_skill_is_found_by_its_beginning_and_put_on_the_list(scripts: bool, site: Site):
    async with site.visitor("other", site.world.ours.alumni["other"], java_script_enabled=scripts) as other:
        await other.open("/me/skills")

        if scripts:
            await other.page.locator("#skill").press_sequentially("postgr")
            await other.page.locator("#skill-suggestions a").filter(has_text="PostgreSQL").click()
        else:
            await other.page.fill("#skill", "ポスグレ")
        await other.page.locator("label:has(input[name=level][value='3'])").click()
        await press(other.page, "/me/skills")

        await expect(other.page.locator("main")).to_contain_text("PostgreSQL")
        assert other.complaints == []


async def test_a_skill_of_a_task_is_chosen_with_the_arrows_and_its_text_is_read(site: Site):
    async with site.visitor("manager", site.world.ours.members["manager"]) as manager:
        await manager.open(f"/c/{site.world.ours.slug}/tasks/new")
        field, choices = manager.page.locator("#must_1"), manager.page.locator("#must_1-suggestions .choice")

        await field.press_sequentially("ぽすぐれ")
        await expect(choices.first).to_contain_text("PostgreSQL")
        await field.press("ArrowDown")
        await expect(choices.first).to_be_focused()
        await manager.page.keyboard.press("Enter")
        await expect(field).to_have_value("PostgreSQL")
        await expect(choices).to_have_count(0)

        await manager.page.locator("#what").press_sequentially("Figmaでバナー制作")
        await expect(manager.page.locator("#mentioned")).to_contain_text("Figma")
        await manager.page.locator("#mentioned button[value='must_2:figma']").click()
        await expect(manager.page.locator("#must_2")).to_have_value("Figma")
        await expect(field).to_have_value("PostgreSQL")
        assert manager.complaints == []


@BOTH
async def test_a_question_comes_before_what_cannot_be_undone(scripts: bool, site: Site):
    ours = site.world.ours
    path = f"/me/networks/{ours.things['membership:other']}"
    async with site.visitor("other", ours.alumni["other"], java_script_enabled=scripts) as other:
        await other.open(path)
        opener = other.page.locator("[popovertarget]").first
        dialog = other.page.locator("[popover]").first

        await opener.click()
        await expect(dialog).to_be_visible()
        await dialog.locator("button[popovertargetaction=hide]").click()

        await expect(dialog).to_be_hidden()
        [row] = await tasks.rows(
            "select status from membership where id = $1", ours.things["membership:other"]
        )
        assert row["status"] == "active"


@BOTH
async def test_a_refused_form_keeps_what_was_typed_and_leads_to_the_mistake(scripts: bool, site: Site):
    slug = site.world.ours.slug
    async with site.visitor("owner", site.world.ours.owner, java_script_enabled=scripts) as owner:
        await owner.open(f"/c/{slug}/settings/units/new")
        await owner.page.fill("[name=name]", "広報部")
        await owner.page.fill("[name=approval_limit]", "たくさん")

        await press(owner.page, "/settings/units")

        await expect(owner.page.locator("[data-errors]")).to_be_focused()
        await expect(owner.page.locator("[name=name]")).to_have_value("広報部")
        await expect(owner.page.locator("[name=approval_limit]")).to_have_attribute("aria-invalid", "true")
        if scripts:
            await owner.look("/settings/units refused", "ja", PHONE, "light")
        assert owner.complaints == []


async def test_an_amount_is_grouped_when_its_field_is_left(site: Site):
    async with site.visitor("owner", site.world.ours.owner) as owner:
        await owner.open(f"/c/{site.world.ours.slug}/settings/units/new")

        await owner.page.fill("[name=approval_limit]", "１５００００円")
        await owner.page.locator("[name=name]").focus()

        await expect(owner.page.locator("[name=approval_limit]")).to_have_value("150,000")
