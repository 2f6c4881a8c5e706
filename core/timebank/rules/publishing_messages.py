"""What stands in the way of publishing a draft, by code. Codes never change their meaning."""

from __future__ import annotations

# Two lines a code: Chinese, English.
# fmt: off
PUBLISHING: dict[str, tuple[str, str]] = {
    "D01": ("生效日期 {start} 不晚于今天（{today}），规则不能管已经过去的日子。请把 effective.from 和文件名改成 {earliest} 或以后。",
            "effective.from {start} is not after today ({today}), and no rule decides about days gone by; change it and the file's name to {earliest} or later."),
    "D02": ("更正从 {known} 起算，早于今天（{today}）。请把 known_from 改成今天或以后。",
            "the correction counts from {known}, before today ({today}); change known_from to today or later."),
    "D03": ("“{block}”是新的或改过的假定，还没有人签认（{reason}）。请有权的人签认：timebank rules publish {draft} --sign-assumed {block} --as 姓名",
            "'{block}' is a new or changed assumption that nobody has signed ({reason}); have it signed: timebank rules publish {draft} --sign-assumed {block} --as NAME"),
    "D04": ("这份草案还没有人提交。请起草人提交：timebank rules publish {draft} --propose --as 姓名",
            "nobody has proposed this draft; let its drafter do it: timebank rules publish {draft} --propose --as NAME"),
    "D05": ("{person} 提交以后，草案又改过；要发布的必须正是提交的那一份。请起草人再提交：timebank rules publish {draft} --propose --as 姓名",
            "the draft was changed after {person} proposed it, and only what was proposed is published; let its drafter propose it again: timebank rules publish {draft} --propose --as NAME"),
    "D06": ("起草人与发布人相同（{person}），须由另一人发布：timebank rules publish {draft} --as 另一人的姓名",
            "drafter and publisher are the same person ({person}); somebody else must publish it: timebank rules publish {draft} --as NAME"),
    "D07": ("用例“{case}”的结果与所写不符：{why}请核对草案与用例，再试：timebank rules test {draft}",
            "the case '{case}' does not come out as written: {why} Look at the draft and the case, and try again: timebank rules test {draft}"),
    "D08": ("每个值挪一步，用例只发现 {noticed}/{moves}（{percent}%），须有 {least}%。{none_later}请补用例（timebank rules test {draft} --notch 列出没有发现的），或用 --reason 写明理由。",
            "with each value moved one step, the cases noticed {noticed} of {moves} ({percent}%), and {least}% are needed;{none_later} add cases (timebank rules test {draft} --notch lists what went unnoticed), or say why with --reason."),
    "D09": ("{name} 已经发布，内容与草案不同；发布后的规则文件不能改。请写更正文件（{stem}.c1.yaml，已有就用下一个号），或新日期的文件。",
            "{name} was published with other content, and a published file is never edited; write a correction ({stem}.c1.yaml, or the next number), or a file of a new date."),
    "D10": ("{folder} 里已有一个没有发布过的 {name}，内容与草案不同。请先把它移走，再发布。",
            "{folder} holds a {name} that was never published and differs from the draft; move it away, then publish."),
    "D11": ("{folder} 里没有用例，不知道草案会怎样。请先写用例。",
            "there are no cases in {folder}, so nobody knows what the draft does; write some first."),
    "D12": ("规则文件 {file_name} 与发布时不同；发布后的规则文件不能改，城市“{city}”因此打不开。请运行 timebank rules restore {city} 放回原文（改过的另存到 drafts/，不会丢）；要改规则，请另写新日期的文件或更正，再发布。",
            "{file_name} differs from what was published, and a published rule file is never edited, so city “{city}” does not open; run timebank rules restore {city}, which puts the published text back and keeps the edited one in drafts/. To change a rule, publish a file of a new date, or a correction."),
    "D13": ("已发布的规则文件 {file_name} 不在文件夹里，现按数据库里的原文运行。请运行 timebank rules restore {city} 放回它。",
            "the published rule file {file_name} is gone from its folder, and the text kept in the database is in force; run timebank rules restore {city} to put it back."),
    "D14": ("规则文件 {file_name} 从未发布，不生效。请把它移到 {draft}，再用 timebank rules publish {draft} 发布。",
            "the rule file {file_name} was never published and is not in force; move it to {draft}, then publish it: timebank rules publish {draft}."),
    "D15": ("核对期间，草案 {draft} 被改过；不知道用例是照哪一份演的，什么都没有写。请起草人看过再提交：timebank rules publish {draft} --propose --as 姓名",
            "the draft {draft} was changed while it was judged, and nobody knows which text the cases were played under; let its drafter look, and propose it again: timebank rules publish {draft} --propose --as NAME"),
    "D16": ("数据库还没有规则文件的记录，答不出哪些发布过。请先运行 timebank db upgrade，再检查一次。",
            "the database keeps no record of rule files yet and cannot say which were published; run timebank db upgrade, then check again."),
}
# fmt: on
