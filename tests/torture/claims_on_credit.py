"""Races for credit: caps of every kind, floors, pools, and what may happen to a transfer or a hold only once."""

from tests.banks import do
from tests.scenes import (
    DAY_CAP,
    Paper,
    a_member,
    a_published_order,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    account,
    donate,
    give,
    hold_states,
    pool,
    posted,
    settle,
    verified_child,
    visits_on_paper,
)
from tests.torture.claims import Race, a_day, act, nine, rule, total
from tests.working import give_hours
from timebank.services import exchange, grants, orders, reversal, settlement

YEARLY = ("per_year: {limit: 100 h", "per_year: {limit: 2 h")
STORE = ("limit: 1500 h", "limit: 5 h")
KEPT_BACK = DAY_CAP.replace("8 h", "150 min")


def _issue(bank, member, minutes, kind="savings"):
    do(bank, give_hours, member_id=member, kind=kind, minutes=minutes)
    return member


def _family(bank, name="甲"):
    """Return somebody who can spend and their parent, to whom they may give."""
    child, parent = a_member(bank, name), a_recipient(bank)
    verified_child(bank, child, parent)
    return child, parent


@rule(YEARLY, limits=["gifts.per_year"])
def gifts_of_one_giver_in_a_year(bank, many):
    """Two hours a year may be given away, however many gifts of an hour are on their way."""
    giver, parent = _family(bank)
    _issue(bank, giver, 60 * many)
    asked = {"giver_id": giver, "receiver_id": parent, "unit": "coin", "minutes": 60}

    def check(_answers):
        assert (posted(bank, parent), posted(bank, giver)) == (120, 60 * many - 120)

    acts = [act(exchange.give, by=giver, **asked)] * many
    return Race(acts, 2, frozenset({"over_yearly_limit"}), check)


@rule(STORE, limits=["caps.balance.donate"])
def gifts_of_many_to_one_receiver(bank, many):
    """The receiver's account has room for five hours, and every giver has one to give."""
    parent, acts = a_recipient(bank), []
    for number in range(many):
        giver = _issue(bank, a_member(bank, f"子女{number}"), 60)
        verified_child(bank, giver, parent)
        asked = {"giver_id": giver, "receiver_id": parent, "unit": "coin", "minutes": 60}
        acts.append(act(exchange.give, by=giver, **asked))

    def check(_answers):
        assert posted(bank, parent) == 300

    return Race(acts, 5, frozenset({"receiver_full"}), check)


def _settlements(bank, volunteer, days):
    visits = visits_on_paper(bank, [Paper(volunteer, 60, day) for day in days])
    return [act(settlement.settle, visit_id=visit) for visit in visits]


def _credit_in_a_period(bank, days, limit):
    """Every visit is settled; what all of them credit together is the limit and not a minute more."""
    volunteer = a_volunteer(bank)

    def check(answers):
        assert total(answers, "credited", "coin") == posted(bank, volunteer) == limit

    return Race(_settlements(bank, volunteer, days), len(days), check=check)


@rule((DAY_CAP, KEPT_BACK), limits=["caps.credit.day.not_credited"])
def credit_of_one_day(bank, many):
    """A hundred and fifty minutes a day are credited."""
    return _credit_in_a_period(bank, [a_day()] * many, 150)


@rule((DAY_CAP, KEPT_BACK.replace("per: day", "per: month")), limits=["caps.credit.month.not_credited"])
def credit_of_one_month(bank, many):
    """The same a month, over different days."""
    month = a_day()[:-3]
    return _credit_in_a_period(bank, [f"{month}-{1 + number % 28:02}" for number in range(many)], 150)


@rule((DAY_CAP, KEPT_BACK.replace("per: day", "per: year")), limits=["caps.credit.year.not_credited"])
def credit_of_one_year(bank, many):
    """The same a year, over different months."""
    year = a_day()[:4]
    return _credit_in_a_period(bank, [f"{year}-{1 + number % 12:02}-10" for number in range(many)], 150)


def _donated_above(bank, days, limit):
    volunteer, before = a_volunteer(bank), pool(bank)

    def check(_answers):
        assert posted(bank, volunteer) == limit
        assert pool(bank) - before == 60 * len(days) - limit

    return Race(_settlements(bank, volunteer, days), len(days), check=check)


@rule((DAY_CAP, ""), STORE, limits=["caps.balance.donate"])
def credit_above_what_an_account_holds(bank, many):
    """An account holds five hours; the rest goes on to the pool."""
    return _donated_above(bank, [a_day() for _ in range(many)], 300)


@rule((DAY_CAP, KEPT_BACK.replace("not_credited", "donate")), limits=["caps.credit.day.donate"])
def credit_of_one_day_with_overflow(bank, many):
    """What is served beyond a day's limit is donated."""
    return _donated_above(bank, [a_day()] * many, 150)


@rule(
    (DAY_CAP, KEPT_BACK.replace("not_credited", "donate").replace("per: day", "per: month")),
    limits=["caps.credit.month.donate"],
)
def credit_of_one_month_with_overflow(bank, many):
    """The same a month."""
    month = a_day()[:-3]
    return _donated_above(bank, [f"{month}-{1 + number % 28:02}" for number in range(many)], 150)


@rule(
    (DAY_CAP, KEPT_BACK.replace("not_credited", "donate").replace("per: day", "per: year")),
    limits=["caps.credit.year.donate"],
)
def credit_of_one_year_with_overflow(bank, many):
    """The same a year."""
    year = a_day()[:4]
    return _donated_above(bank, [f"{year}-{1 + number % 12:02}-10" for number in range(many)], 150)


@rule(
    (DAY_CAP, ""),
    ("limit: 1500 h, over: donate", "limit: 5 h, over: not_credited"),
    limits=["caps.balance.not_credited"],
)
def credit_an_account_has_no_room_for(bank, many):
    """An account holds five hours; the rest is not credited."""
    return _credit_in_a_period(bank, [a_day() for _ in range(many)], 300)


@rule()
def spending_from_one_account(bank, many):
    """Three hours are there, to donate and to give; nobody gets a fourth."""
    giver, parent = _family(bank)
    _issue(bank, giver, 180)
    given = {"giver_id": giver, "receiver_id": parent, "unit": "coin", "minutes": 60}
    donated = {"giver_id": giver, "unit": "coin", "minutes": 60}
    both = (act(exchange.give, by=giver, **given), act(exchange.donate, by=giver, **donated))

    def check(_answers):
        assert posted(bank, giver) == 0

    return Race([both[number % 2] for number in range(many)], 3, frozenset({"not_enough"}), check)


@rule()
def redeeming_points(bank, many):
    """A hundred and fifty points are there; thirty at a time are redeemed."""
    member = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, member, 150, a_day()))
    asked = {"member_id": member, "target": "goods", "unit": "point", "minutes": 30}

    def check(_answers):
        assert posted(bank, member, unit="point") == 0

    return Race([act(exchange.redeem, by=member, **asked)] * many, 5, frozenset({"not_enough"}), check)


@rule()
def holds_on_one_account(bank, many):
    """Two hours are there; every order holds one, and a donation may not take what is held."""
    elder = _issue(bank, a_recipient(bank), 120)
    order = {
        "service": "chat",
        "organisation_id": "east-1",
        "planned_start": nine(a_day()),
        "planned_minutes": 60,
        "address": "幸福路1号",
        "recipient_id": elder,
    }
    placing = act(orders.place, by=elder, **order)
    donating = act(exchange.donate, by=elder, giver_id=elder, unit="coin", minutes=60)

    def check(answers):
        held = sum("order_id" in answer for answer in answers) * 60
        found = account(bank, elder)
        assert (found.held, found.available) == (held, 0)

    acts = [donating if number % 4 == 3 else placing for number in range(many)]
    return Race(acts, 2, frozenset({"not_enough", "balance_busy"}), check)


@rule()
def one_grant_a_period(bank, many):
    """The hours of a year are granted once."""
    elder = a_recipient(bank)

    def check(_answers):
        assert posted(bank, elder, "granted") == 24 * 60

    asked = {"plan": "key_elders", "member_id": elder}
    return Race([act(grants.issue, **asked)] * many, 1, frozenset({"already_granted"}), check)


@rule(("from: issuance ", "from: pool "))
def grants_from_the_pool(bank, many):
    """The pool has three grants to give, and everybody asks for one."""
    patron = _issue(bank, a_member(bank, "善人"), 4320 - pool(bank))
    donate(bank, patron, 4320 - pool(bank))

    def check(_answers):
        assert pool(bank) == 0

    elders = [a_recipient(bank) for _ in range(many)]
    acts = [act(grants.issue, plan="key_elders", member_id=elder) for elder in elders]
    return Race(acts, 3, frozenset({"not_enough"}), check)


@rule()
def one_settlement_a_visit(bank, many):
    """A visit is settled once, whoever asks for it."""
    volunteer = a_volunteer(bank)
    visit = a_visit_on_paper(bank, volunteer, 60, a_day())

    def check(_answers):
        assert posted(bank, volunteer) == 60

    acts = [act(settlement.settle, visit_id=visit)] * many
    return Race(acts, 1, frozenset({"wrong_state", "conflict"}), check)


@rule(("gifts:\n  allowed: true", "gifts:\n  allowed: true\n  taken_back: true"))
def one_reversal_a_transfer(bank, many):
    """A gift is taken back once."""
    giver, parent = _family(bank)
    _issue(bank, giver, 60)
    gift = give(bank, giver, parent, 60)["transfer_id"]

    def check(_answers):
        assert (posted(bank, giver), posted(bank, parent), posted(bank, parent, "owed")) == (60, 0, 0)

    how = {"by": "auditor", "at": "yun", "transfer_id": gift, "reason": "误记"}
    return Race([act(reversal.reverse, **how)] * many, 1, frozenset({"already_reversed"}), check)


@rule()
def one_end_of_a_hold(bank, many):
    """What an order holds is let go once, by whichever of many cancellations comes first."""
    elder = _issue(bank, a_recipient(bank), 60)
    order = a_published_order(bank, elder, f"{a_day()} 09:00")

    def check(_answers):
        found = account(bank, elder)
        assert (found.posted, found.held) == (60, 0)
        assert hold_states(bank, order) == [("voided", 60, 0)]

    acts = [act(orders.cancel, by=elder, order_id=order, reason="")] * many
    return Race(acts, 1, frozenset({"wrong_state"}), check)


@rule(
    (
        "request: {payer: recipient, accounts: [granted, savings], units: [coin, point]",
        "request: {payer: pool",
    )
)
def services_the_pool_pays(bank, many):
    """The pool has two hours and a half; all are served, and what is charged is what was there."""
    volunteer, elder = a_volunteer(bank), a_recipient(bank)
    patron = _issue(bank, a_member(bank, "善人"), 150)
    donate(bank, patron, 150)
    papers = [Paper(volunteer, 60, a_day(), payer=elder) for _ in range(many)]
    acts = [act(settlement.settle, visit_id=visit) for visit in visits_on_paper(bank, papers)]

    def check(answers):
        assert total(answers, "charged", "coin") == 150
        assert pool(bank) == 0

    return Race(acts, many, check=check)
