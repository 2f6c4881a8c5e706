"""One run of a city through the bank: import, settle, verify, count; each phase with its time and its statements."""

import resource
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from sqlalchemy import event, select

from bench.expected import expected_figures
from timebank.bank import open_bank
from timebank.domain.command import Actor, Channel, Command
from timebank.services.importing import check_folder, commit_folder
from timebank.services.settlement import settle, settle_due
from timebank.services.stats import stats
from timebank.services.verification import verify
from timebank.storage.migrations import upgrade
from timebank.storage.work import visits

ONE_BY_ONE = 200


@dataclass
class Phase:
    name: str
    wall: float = 0.0
    cpu: float = 0.0
    statements: int = 0
    rows: int = 0


@dataclass
class Run:
    """What came of a run.

    Attributes:
        figures: ours, for the whole city.
        levels: sums of the figures of all organisations of a level, by level.
        wrong: organisations whose figures are not those of the files, as sentences.
        faults: checks of the ledger that found something.
    """

    database: str
    phases: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)
    levels: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    checks: int = 0
    peak_mb: int = 0

    def plain(self):
        return asdict(self)


def run_city(config, city, folder, url, *, again=True):
    """Take a made city through the bank on one database.

    Args:
        config: `timebank.yaml`.
        city: which of its cities.
        folder: the three files.
        url: a database with nothing in it.
        again: import a second time as well, which must change nothing.
    """
    upgrade(url)
    bank = open_bank(config, database=url, registries={city: {}}, senders={}, only=city)
    run = Run(bank.engine.dialect.name)
    try:
        with _phase(run, bank, "check") as phase:
            report = check_folder(bank, city, folder)
            phase.rows = sum(report.rows.values())
        if not report.ok:
            run.wrong = [str(fault) for fault in report.faults[:20]]
            return run
        with _phase(run, bank, "import") as phase:
            phase.rows = sum(commit_folder(bank, city, folder).new.values())
        if again:
            with _phase(run, bank, "import again") as phase:
                phase.rows = sum(commit_folder(bank, city, folder).new.values())
            if phase.rows:
                run.wrong.append(f"a second import wrote {phase.rows} rows")
        _settle(run, bank, city)
        with _phase(run, bank, "verify") as phase:
            results = verify(bank, city)
            phase.rows = run.checks = len(results)
        run.faults = [f"{result.code}: {result.faults}" for result in results if not result.ok]
        with _phase(run, bank, "stats") as phase:
            top = stats(bank, city)
            phase.rows = sum(1 for _ in top.walk())
    finally:
        bank.engine.dispose()
    _compare(run, top, folder)
    run.peak_mb = _peak_mb()
    return run


def _settle(run, bank, city):
    """Settle some visits one by one, as when an elder confirms, and all others in batches, as the job does."""
    with bank.reading() as connection:
        wanted = select(visits.c.id).where(visits.c.city == city).order_by(visits.c.id).limit(ONE_BY_ONE)
        some = connection.execute(wanted).scalars().all()
    with _phase(run, bank, "settle one by one") as phase:
        for visit_id in some:
            command = Command(city, f"bench:{visit_id}", Actor("job:bench"), Channel.JOB)
            bank.carry_out(settle, command, visit_id=visit_id)
        phase.rows = len(some)
    with _phase(run, bank, "settle in batches") as phase:
        night = settle_due(bank, city)
        phase.rows = night.settled
    run.wrong += [f"{visit_id} was kept for staff: {why.zh}" for visit_id, why in night.kept[:20]]


def _compare(run, top, folder):
    """Hold the figures of every organisation to what the files say."""
    expected = expected_figures(folder)
    for branch in top.walk():
        ours = _plain(branch.total)
        files = {name: expected[branch.id][name] for name in ours if name != "stations"}
        credited = set(branch.total.minutes.values()) or {
            0
        }  # where an hour is saved twice, in each unit the same
        if any(ours[name] != files[name] for name in files) or credited != {files["minutes"]}:
            run.wrong.append(f"{branch.id}: {ours}, {credited} minutes by unit, the files say {files}")
        sums = run.levels.setdefault(branch.level, dict.fromkeys(("organisations", *ours), 0))
        sums["organisations"] += 1
        for name, value in ours.items():
            sums[name] += value
    run.figures = _plain(top.total)


def _plain(figures):
    return {
        "volunteers": figures.volunteers,
        "recipients": figures.recipients,
        "stations": figures.stations,
        "orders": figures.orders,
        "person_times": figures.person_times,
        "minutes": next(iter(figures.minutes.values()), 0),
    }


@contextmanager
def _phase(run, bank, name):
    phase = Phase(name)
    sent = [0]

    def count(_connection, _cursor, statement, *_given):
        sent[0] += not statement.startswith("BEGIN")  # which PostgreSQL's driver sends without being seen

    event.listen(bank.engine, "before_cursor_execute", count)
    wall, cpu = time.perf_counter(), time.process_time()
    print(f"  {name} …", end="", flush=True, file=sys.stderr)
    try:
        yield phase
    finally:
        phase.wall, phase.cpu = time.perf_counter() - wall, time.process_time() - cpu
        phase.statements = sent[0]
        event.remove(bank.engine, "before_cursor_execute", count)
        run.phases.append(phase)
        print(f" {phase.wall:.1f} s", file=sys.stderr)


def _peak_mb():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024) if sys.platform == "darwin" else peak // 1024
