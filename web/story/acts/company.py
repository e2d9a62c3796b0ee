"""Act 1: the operator opens a company; its owner adds a unit, colleagues, and imports the alumni."""

from web.story.acts import signing_in
from web.story.stage import Stage, must_equal

UNIT = "ブランド企画部"
LIMIT = 50_000
HEADER = "社員番号,氏名,メール,部署,役職,入社日,退職日"
COLLEAGUES = (("manager", "田村 一", UNIT), ("approver", "野口 弘", ""), ("finance", "金子 文", ""))
ALUMNI = (("aoi", "青山 葵"), ("ken", "木下 健"), ("mei", "宮田 芽衣"), ("sora", "空野 翔"), ("rin", "林 凛"))


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(1, "A company begins")
    _open(stage)
    _owner_comes(stage)
    _colleagues(stage)
    _import(stage)


def _open(stage: Stage) -> None:
    operator = signing_in.as_operator(stage)
    form = operator.open("/operator/companies/new").form("/operator/companies")
    form.fill(
        name=stage.company,
        name_en=f"Tsubamedo {stage.run}",
        slug=stage.slug,
        owner_name="津田 灯",
        owner_email=stage.address("owner"),
    )
    operator.send(form)
    stage.say("Operator", f"opens {stage.company} and its owner is mailed a link")


def _owner_comes(stage: Stage) -> None:
    owner = stage.person("owner", "the owner")
    signing_in.by_mail(owner, stage.company)
    form = owner.open(stage.at("/settings/details")).form("/settings/details")
    owner.send(form.fill(address="東京都台東区上野一丁目1番1号"))
    form = owner.open(stage.at("/settings/units/new")).form("/settings/units")
    owner.send(form.fill(name=UNIT, approval_limit=LIMIT))
    stage.say("Owner", f"signs in by mail and adds {UNIT}; its managers publish alone up to", LIMIT)


def _colleagues(stage: Stage) -> None:
    owner = stage.people["owner"]
    for role, name, unit in COLLEAGUES:
        form = owner.open(stage.at("/settings/members/new")).form("/settings/members")
        form.fill(name=name, email=stage.address(role), roles=[role])
        if unit:
            form.fill(unit=form.option("unit", unit))
        owner.send(form)
    for role, _, _ in COLLEAGUES:
        signing_in.by_mail(stage.person(role, f"the {role}"), stage.company)
    stage.say("Owner", "adds a manager, an approver and a finance member; each signs in by mail")


def _import(stage: Stage) -> None:
    owner = stage.people["owner"]
    rows = [
        f"{number:05},{name},{stage.address(part)},{UNIT},主任,2015-04-01,2023-03-31"
        for number, (part, name) in enumerate(ALUMNI, start=1)
    ]
    wrong = "00099,山本 太,これはメールではない,総務部,,2015-04-01,2023-03-31"
    upload(stage, [*rows, wrong])
    refused = [node.text() for node in owner.page.css("li.bad")]
    must_equal("rows that the preview refuses", len(refused), 1)
    owner.send(owner.form("/confirmation"))
    owner.wait_for(owner.url, "/refused.csv")
    stage.say(
        "Owner", f"imports {len(rows)} alumni from a Shift-JIS file; the preview refuses 1 row: {refused[0]}"
    )
    owner.send(owner.open(stage.at("/alumni")).form("/alumni/invitations"))
    stage.say("Owner", "invites everybody")


def upload(stage: Stage, rows: list[str]) -> None:
    """Let the owner send a Shift-JIS file of people; its preview is what she sees then."""
    owner = stage.people["owner"]
    file = "\r\n".join([HEADER, *rows, ""]).encode("cp932")
    form = owner.open(stage.at("/alumni/import")).form("/alumni/import")
    owner.send(form.attach("file", "退職者名簿.csv", file, "text/csv"))
