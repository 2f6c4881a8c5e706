"""``timebank rules test``: play the worked cases, and see how well they guard the rules."""

from __future__ import annotations

import click

from timebank.cli.options import rules_options
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO
from timebank.domain.words import Words

_HELP = """演一遍用例（cases/*.yaml），看结果是否与所写相符；用一次性的数据库，不碰任何配置的数据库。

Play the worked cases (cases/*.yaml) and see that each comes out as it says, in a throw-away database: no configured
database is touched.

NAME 是城市、一个用例文件或草案；写草案时，草案算作其中一版，并说出旧规定的哪些用例会变。不写名称就演所有在运行的城市。
NAME is a city, a file of cases, or a draft, which then counts among the versions; it is said which cases of the old
regulation change. Without a name, every running city.

\b
例 · Examples:
  timebank rules test
  timebank rules test CITY --case two_units_for_one_visit
  timebank rules test config/CITY/drafts/2027-01-01.yaml
  timebank rules test CITY --notch
"""


@click.command("test", help=_HELP)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--case", "only", metavar="NAME", help="只演这一例 · this case alone")
@click.option(
    "--notch",
    "notched",
    is_flag=True,
    help="把每个值挪一步，列出没有用例发现的挪动 · move each value one step, and list the moves that no case notices",
)
@rules_options
def command(session: Session, names: tuple[str, ...], only: str | None, notched: bool) -> int:  # noqa: FBT001
    """Play the named cases, and perhaps move the rules under them."""
    from timebank.bank.rule_desk import every_desk  # noqa: PLC0415 - imported when the verb is called
    from timebank.cli.rules.tested_cases import plain_tested, tell_tested  # noqa: PLC0415
    from timebank.stories.testing import try_rules, what_to_test  # noqa: PLC0415

    asked = [what_to_test(name, session.config) for name in names]
    asked = asked or [(desk, None) for desk in every_desk(session.config)]
    found = []
    for desk, file in asked:
        with session.progress(Words(f"{desk.city}：演用例", f"{desk.city}: playing the cases")) as advance:
            tested = try_rules(desk, file=file, only=only, notched=notched, progress=advance)
        found.append(tested)
        tell_tested(session, tested)
    if session.as_json:
        session.give(plain_tested(found))
    return 0 if all(tested.passed for tested in found) else SAID_NO
