"""Worker processes that start together at a barrier, each doing one side's work until its window ends."""

import multiprocessing
import time
import traceback
from abc import ABC, abstractmethod
from contextlib import nullcontext
from dataclasses import dataclass

from bench.ledger import processor_time

SPAWN = multiprocessing.get_context("spawn")
PATIENCE_SECONDS = 180
FIRST_WORK, FIRST_SECONDS = 40, 1.0


class Side(ABC):
    """One way of doing the same work, inside one worker process."""

    def ready(self, many):  # noqa: B027 - most sides need nothing made ready
        """Have at least so many units of work ready; outside any window."""

    @abstractmethod
    def one(self):
        """Do some work and return how many units it was; raise `RanOut` where nothing is ready."""

    def run(self, until):
        """Work until an instant of `time.monotonic`; return (units, whether the work ran out before)."""
        units = 0
        while time.monotonic() < until:
            try:
                units += self.one()
            except RanOut:
                return units, True
        return units, False

    def close(self):  # noqa: B027 - some sides hold nothing open
        """Let go of what is open."""


class RanOut(Exception):
    """Nothing is ready any more."""


@dataclass(frozen=True)
class Window:
    """What a team did in one window.

    Attributes:
        rate: units a second, all workers together.
        cpu: seconds of processor time a unit, of the workers and of the servers they use.
        ran_out: whether a worker had nothing left to do before the window ended.
    """

    units: int
    rate: float
    cpu: float
    ran_out: bool


class Team:
    """So many processes, each with a side of its own.

    Args:
        make: called in each worker with its number, gives its side; it travels to the worker, so it is a plain
            class or a `functools.partial` of one.
        processes: how many.
        servers: ids of the processes whose time, and whose children's, counts as the team's.
        rest: called when the work is ready and before it is done, such as to let the database count its rows.
        during: makes a context in which every window runs; none unless given.
        longer: how many times as long as asked each window lasts.
    """

    def __init__(self, make, processes, servers=(), *, rest=lambda: None, during=nullcontext, longer=1.0):
        self._servers, self._rest, self._during, self._longer = servers, rest, during, longer
        self._rate = 0.0
        barrier = SPAWN.Barrier(processes)
        self._pipes, self._workers = [], []
        for number in range(processes):
            ours, theirs = SPAWN.Pipe()
            worker = SPAWN.Process(target=_work, args=(make, number, theirs, barrier), daemon=True)
            worker.start()
            theirs.close()
            self._pipes.append(ours)
            self._workers.append(worker)
        self._answers()

    def warm_up(self):
        """Do a little work, and learn from it how much a window needs."""
        self._window(FIRST_SECONDS, FIRST_WORK)

    def window(self, seconds):
        """Work for so many seconds; work that runs out spoils a window, which is then tried with more."""
        seconds *= self._longer
        for more in (1.5, 3, 6, 12):
            done = self._window(seconds, int(self._rate * seconds * more) + FIRST_WORK)
            if not done.ran_out:
                return done
        raise RuntimeError("the work ran out in every window: it cannot be made ready as fast as it is done")

    def _window(self, seconds, many):
        self.ask("ready", many)
        self._rest()
        before = sum(map(processor_time.of_tree, self._servers))
        with self._during():
            done = self.ask("run", seconds)
        cpu = sum(map(processor_time.of_tree, self._servers)) - before + sum(each[2] for each in done)
        units = sum(each[0] for each in done)
        rates = [each[0] / each[1] for each in done]
        self._rate = max(rates)
        return Window(units, sum(rates), cpu / max(units, 1), any(each[3] for each in done))

    def ask(self, verb, given=None):
        """Tell every worker to do something, and return their answers."""
        for pipe in self._pipes:
            pipe.send((verb, given))
        return self._answers()

    def _answers(self):
        answers = []
        for pipe in self._pipes:
            if not pipe.poll(PATIENCE_SECONDS):
                raise RuntimeError("a worker gave no answer")
            fault, answer = pipe.recv()
            if fault:
                raise RuntimeError(f"a worker failed:\n{fault}")
            answers.append(answer)
        return answers

    def stop(self):
        """End the workers."""
        for pipe in self._pipes:
            pipe.close()
        for worker in self._workers:
            worker.join(10)
            if worker.is_alive():
                worker.kill()
                worker.join()


def _work(make, number, pipe, barrier):
    """Serve the parent until it closes its end of the pipe."""
    side = None
    try:
        side = make(number)
        pipe.send((None, None))
        while True:
            verb, given = pipe.recv()
            pipe.send((None, _run(side, given, barrier) if verb == "run" else getattr(side, verb)(given)))
    except EOFError:
        return
    except Exception:  # noqa: BLE001 - whatever it is, the parent says it
        pipe.send((traceback.format_exc(), None))
    finally:
        if side is not None:
            side.close()


def _run(side, seconds, barrier):
    barrier.wait(PATIENCE_SECONDS)
    began, cpu = time.monotonic(), time.process_time()
    units, ran_out = side.run(began + seconds)
    return units, time.monotonic() - began, time.process_time() - cpu, ran_out
