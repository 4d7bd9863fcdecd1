"""The life of an agent: hear the bell, report, obey; fill goes on in a thread beside it."""

import logging
import threading
from collections.abc import Sequence

import httpx
from pydantic import ValidationError

from matinee.contracts.agents import EdgeConfiguration, EdgeOrders, TakedownOrder
from matinee.delivery.agent import joining, obedience
from matinee.delivery.agent.control import Control, trust
from matinee.delivery.agent.fill import Filler, Wanted
from matinee.delivery.agent.folder import EdgeFolder, Identity
from matinee.delivery.agent.holdings import Holdings
from matinee.delivery.agent.reporting import Reporter
from matinee.delivery.agent.server import Server
from matinee.delivery.agent.sources import Fetcher, FillAuth, Pace
from matinee.delivery.agent.upkeep import Upkeep
from matinee.kernel import clock, problems

log = logging.getLogger(__name__)

_REPORT_INTERVAL_S = 10.0
_BELL_INTERVAL_S = 1.0
_RENEW_EVERY_S = 6 * 3600.0
# Reports in a row that catch up with what was not told for long.
_CATCHING_UP_MAX = 20


class Agent:
    """The agent of one edge."""

    def __init__(
        self, folder: EdgeFolder, identity: Identity, server: Server, control: Control
    ) -> None:
        self._folder = folder
        self._server = server
        self._control = control
        self._holdings = Holdings(folder)
        self.reporter = Reporter(folder, self._holdings)
        self._auth = FillAuth(identity.edge_id)
        self._pace = Pace()
        self._http = httpx.Client(auth=self._auth, verify=trust(folder.authority), trust_env=False)
        self._fetcher = Fetcher(folder, self._http, self._pace)
        self.filler = Filler(folder, self._holdings, self._control, self._fetcher)
        self._upkeep = Upkeep(folder, self._holdings, self._control)
        self._memory = folder.recall()
        self._rung = 0
        self._identity = identity
        self._renewed_at_s = clock.monotonic_s()
        self._is_away = False
        self._stopping = threading.Event()

    def begin(self, *, fills: bool = True) -> None:
        """Take up what was known before, whether the control plane answers or not."""
        for package in self._control.kept_indexes():
            index = self._control.index(package)
            if index is not None:
                self._holdings.learn(index)
        self._holdings.scan()
        self.reporter.whole()
        if self._memory.configuration is not None:
            self._configure(self._memory.configuration)
        self._want()
        if fills:
            self.filler.start()

    def run(self) -> None:
        """Live until `stop`."""
        self.begin()
        next_report_s = clock.monotonic_s()
        while not self._stopping.is_set():
            is_due = clock.monotonic_s() >= next_report_s
            if self.is_rung() or is_due:
                self.turn()
                next_report_s = clock.monotonic_s() + self._interval_s()
            self._stopping.wait(self._bell_interval_s())
        self.filler.stop()
        self._control.close()
        self._http.close()

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()

    def turn(self) -> None:
        """Report and obey once, and again while more is to be told; nothing here ends the agent."""
        try:
            if self.reporter.rotate():
                self._server.reopen_logs()
            self._upkeep.turn(self._memory, self.reporter.stored)
            self._renew()
            for _ in range(_CATCHING_UP_MAX):
                if not self._exchange() or not self.reporter.is_behind:
                    break
        except OSError as error:
            log.warning("the edge's folder cannot be written: %s", error)

    def _exchange(self) -> bool:
        """Send the report that is due; whether it was taken."""
        memory = self._memory
        report = self.reporter.due(
            memory, self.filler.progress(), is_serving=self._server.is_serving()
        )
        try:
            orders = self._control.report(report)
        except (problems.Problem, ValidationError) as error:
            if not self._is_away:
                log.warning("cannot report: %s. The edge goes on by what it knows.", error)
            self._is_away = True
            return False
        if self._is_away:
            log.info("the control plane answers again")
        self._is_away = False
        self.reporter.taken(memory, orders.sequence)
        # A report that was taken may be told again after a crash; orders must not be lost.
        if self._obey(orders):
            self._folder.remember(memory)
        return True

    def _obey(self, orders: EdgeOrders) -> bool:
        """Whether there was something to remember."""
        memory = self._memory
        if orders.takedowns:
            self._take_down(orders.takedowns)
            self.reporter.is_behind = True  # so that it is told at once
        if orders.configuration is not None and self._configure(orders.configuration):
            memory.configuration = orders.configuration
        if orders.placement is not None:
            memory.placement = orders.placement
        if orders.placement is not None or orders.configuration is not None:
            self._want()
        if orders.wants_held:
            self.reporter.whole()
            self.reporter.is_behind = True
        told = (orders.takedowns, orders.configuration, orders.placement)
        return any(told)

    def _take_down(self, orders: Sequence[TakedownOrder]) -> None:
        done = obedience.take_down(self._folder, self._holdings, orders)
        self._memory.takedown_serial = max(self._memory.takedown_serial, done)
        self._upkeep.readmit()

    def _configure(self, configuration: EdgeConfiguration) -> bool:
        self._auth.keys = configuration.fill_keys
        self._pace.bps = configuration.fill_bps
        try:
            self._server.configure(configuration)
        except ValueError as error:
            log.warning("nginx keeps its old configuration: %s", error)
            return False
        return True

    def _renew(self) -> None:
        """Keep what runs out: the certificate, and the token that nginx shows to others."""
        if clock.monotonic_s() - self._renewed_at_s < _RENEW_EVERY_S:
            return
        self._renewed_at_s = clock.monotonic_s()
        try:
            if joining.certificate_renew(self._folder, self._identity):
                log.info("the edge has a new certificate")
        except problems.Problem as problem:
            log.warning("the certificate could not be renewed: %s", problem.detail)
        if self._memory.configuration is not None:
            self._configure(self._memory.configuration)

    def _want(self) -> None:
        """Have the placement obeyed: removed, admitted, filled."""
        memory = self._memory
        if memory.placement is None or memory.configuration is None:
            return
        for gone in memory.placement.remove:
            obedience.remove(self._folder, self._holdings, gone)
        self._upkeep.keep_room(memory)
        self.filler.want(Wanted(memory.configuration, memory.placement))

    def is_rung(self) -> bool:
        """Whether there are new orders; those to take something down are obeyed at once."""
        bell = self._control.bell()
        if bell is None or bell.serial == self._rung:
            return False
        self._rung = bell.serial
        done = self._memory.takedown_serial
        new = [order for order in bell.takedowns if order.serial > done]
        try:
            if new and bell.takedowns_after <= done:
                self._take_down(new)
                self._folder.remember(self._memory)
        except OSError as error:
            log.warning("a title could not be taken down yet: %s", error)
        return True

    def _interval_s(self) -> float:
        told = self._memory.configuration
        return told.report_interval_s if told else _REPORT_INTERVAL_S

    def _bell_interval_s(self) -> float:
        told = self._memory.configuration
        return told.bell_interval_s if told else _BELL_INTERVAL_S
