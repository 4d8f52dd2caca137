"""What the demo tells, chapter by chapter; each says what was done only after its effect was seen."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from emulator.launcher import Mail
from emulator.waiting import until
from steadyhand.catalogue.lanes import MEANING
from steadyhand.demo import artifacts, by_hand, narration
from steadyhand.demo.account import Planted
from steadyhand.demo.artifacts import Artifact
from steadyhand.demo.outcome import Outcome
from steadyhand.demo.stage import Stage, emulator_version
from steadyhand.demo.terminal import Terminal, here
from steadyhand.engine.changes.guardrails import GUARDRAILS
from steadyhand.model import FindingStatus

SYNTH_SECONDS, EFFECT_SECONDS = 300, 90
EXEMPT_FOR = timedelta(days=60)


@dataclass
class Story:
    """The chapters, in order. `kept` are the files that are left to look at."""

    stage: Stage
    terminal: Terminal
    kept: list[Artifact] = field(default_factory=list)
    planted: Planted = field(init=False)
    month: str = ""

    @property
    def outcome(self) -> Outcome:
        """What a sweep came to."""
        return Outcome(self.terminal, self.planted, self.stage.decided)

    def tell(self) -> None:
        """The whole story."""
        began = time.monotonic()
        self.opening()
        self.moving_in(began)
        self.sweeping()
        self.reacting()
        self.undoing()
        self.approving()
        self.exempting()
        by_hand.tell(self.stage, self.terminal, 7)
        self.sweeping_again()
        self.reporting()
        self.looking_back()
        self.opening_the_portal()
        self.closing(time.monotonic() - began)

    def opening(self) -> None:
        """Who, where, and what is real."""
        say = self.terminal
        say.say(
            ("Leaflab", "h"),
            " is a plant shop of five people, made up. Nobody looks after its AWS.",
        )
        say.note(
            f"The account is pretend: ministack {emulator_version()} plays AWS on this machine."
        )
        say.note("The rest is real: stacks, functions, ledger, commands, mail.")

    def moving_in(self, began: float) -> None:
        """Plant, synthesise and deploy; what does not depend on each other at the same time."""
        say, stage = self.terminal, self.stage
        with stage.synthesising() as synthesis:
            with say.working("planting time bombs") as progress:
                self.planted = stage.plant(lambda number: progress.tell(f"{number} things"))
            with say.working("a first scan, which reads only"):
                self.kept.append(self._scanned())
            with say.working("preparing the account for the CDK") as progress:
                stage.bootstrap(progress.tell)
            with say.working("synthesising the stacks, packing the functions"):
                synthesis.wait(SYNTH_SECONDS)
        with say.working("deploying with the official CDK CLI") as progress:
            stacks = stage.deploy(progress.tell)
        planted = self.planted
        say.chapter(1, "Steadyhand moves in.")
        say.note(
            f"{planted.resources} resources are there already, {len(planted.healthy)} of them healthy.",
            indent=3,
        )
        say.command("cdk deploy --all")
        say.done(
            f"{stage.resources(stacks)} resources in {len(stacks)} stacks,",
            f"{time.monotonic() - began:.0f} s after the start.",
        )

    def sweeping(self) -> None:
        """The deployed sweep finds everything, and fixes what it may."""
        say, stage = self.terminal, self.stage
        with say.working("the first sweep"):
            began = time.monotonic()
            covered = stage.sweep()
            seconds = time.monotonic() - began
        records, changes = stage.records(), stage.ledger.changes()
        say.chapter(2, "It looks at everything,", "as it will every few hours.")
        say.done(f"{self.outcome.verdict(records)}", f"{seconds:.1f} s")
        say.note(self.outcome.exactness(records), indent=3)
        self.outcome.fixed(changes)
        left = [one for one in records if one.status is FindingStatus.OPEN]
        for lane, rows in narration.lanes(left, stage.decided, datetime.now(UTC)).items():
            if rows:
                say.lane(lane.value.capitalize(), MEANING[lane], rows)
        self.outcome.left_alone(records)
        self.outcome.not_read(covered)
        self.outcome.ages()

    def reacting(self) -> None:
        """A port is opened by a person, and closed again."""
        say, stage = self.terminal, self.stage
        group = self.planted.known["production bastion"]
        before = stage.rules(group)
        say.chapter(3, "Priya opens SSH to the world,", "in production.")
        say.note(
            f"aws ec2 authorize-security-group-ingress --group-id {group[:7]}… --cidr 0.0.0.0/0",
            indent=3,
        )
        with say.working("waiting for it to be closed"):
            opening = stage.opening_ssh(group, self.planted.priya)
            at = datetime.now(UTC)
            opening()
            answered = datetime.now(UTC)
            until(lambda: stage.rules(group) == before or None, "closing it", EFFECT_SECONDS)
            seen = datetime.now(UTC)
            change = stage.changed("open_admin_ports", group, at)
        ended = change.ended_at or seen
        gone = min(seen, ended)
        happened = [
            (answered, "AWS says yes: the port is open"),
            (
                change.at,
                f"an event arrived; {len(GUARDRAILS)} guardrails asked; the undo is written down",
            ),
            (gone, "the rule is gone"),
            (ended, "looked at again: as planned, and nothing else"),
        ]
        say.gap()
        happened.sort(key=lambda one: one[0])
        say.clock(((when - at).total_seconds(), said) for when, said in happened)
        say.gap()
        say.done(
            f"Closed after {(gone - at).total_seconds():.1f} s.",
            f"The office's own rule was not touched.  {change.id}",
        )

    def undoing(self) -> None:
        """A person takes one of our changes back."""
        say, stage = self.terminal, self.stage
        group = self.planted.known["staging bastion"]
        change, closed = stage.change_of(group), stage.rules(group)
        say.chapter(4, "You change your mind.", "Tomas needs the staging bastion until Friday.")
        say.command(f"steadyhand undo {change.id}")
        with say.working("undoing it"):
            spoken = stage.command("undo", change.id)
            until(lambda: stage.rules(group) != closed or None, "the undo", EFFECT_SECONDS)
            until(lambda: stage.is_open_again(group), "writing down the undo", EFFECT_SECONDS)
        say.gap()
        for rule in stage.rules(group):
            back = rule not in closed
            line = f"{'+' if back else ' '} tcp {rule['port']:<5} {rule['from']:<16} {rule['why']}"
            say.say((line, "auto" if back else ""), indent=5)
        say.gap()
        say.done(f"Undone in {spoken.seconds:.1f} s,", "description included.")
        say.note("From now on we ask before we act here, whatever happens.", indent=3)

    def approving(self) -> None:
        """What may affect users waits for a person's approval."""
        say, stage = self.terminal, self.stage
        database = self.planted.known["public database"]
        record = stage.known("public_rds_instance", database)
        say.chapter(5, "The risky one waits for you.")
        say.waits(f"{database} has a public address.")
        say.say("Whoever connects from outside would lose it, so we ask.", indent=3)
        say.command(f"steadyhand approve {record.finding.id}")
        with say.working("making it private"):
            began = time.monotonic()
            stage.command("approve", record.finding.id, "--yes")
            until(lambda: stage.is_private(database) or None, "making it private", EFFECT_SECONDS)
            seconds = time.monotonic() - began
        change = stage.change_of(database)
        say.done(f"Private after {seconds:.1f} s.", f"The way back: steadyhand undo {change.id}")

    def exempting(self) -> None:
        """What must stay is exempt, until a day."""
        say, stage = self.terminal, self.stage
        record = stage.known("open_data_ports", self.planted.known["exempt"])
        ends = f"{datetime.now(UTC) + EXEMPT_FOR:%Y-%m-%d}"
        say.chapter(6, "This one stays, for now.", "The garden centre still reads our stock.")
        say.command(f'steadyhand exempt {record.finding.id} --until {ends} --because "contract"')
        with say.working("writing it down"):
            words_of_it = ("--until", ends, "--because", "contract")
            stage.command("exempt", record.finding.id, *words_of_it)
        say.done("Exempt.", "Every exemption ends, and is announced before it does.")

    def sweeping_again(self) -> None:
        """Looking again changes nothing."""
        say, stage = self.terminal, self.stage
        before = {change.id for change in stage.ledger.changes()}
        found = {record.finding.id for record in stage.records()}
        with say.working("sweeping once more"):
            stage.sweep()
        changes = {change.id for change in stage.ledger.changes()} - before
        news = {record.finding.id for record in stage.records()} - found
        say.chapter(8, "It looks at everything again.")
        if changes or news:
            say.waits(f"{len(changes)} more changes, {len(news)} more findings.")
        else:
            say.done("Nothing new, nothing done.", "What you undid and what you exempted stays.")

    def reporting(self) -> None:
        """What somebody new would have to find out in the first two days."""
        say = self.terminal
        with say.working("waiting for the report of day one"):
            sent = self.stage.first_report()
        say.chapter(9, "The first 48 hours, in one report.", "It made itself after the deploy.")
        self._mailed(sent, "first")

    def looking_back(self) -> None:
        """A week and a month, with a past that is made up."""
        say, stage = self.terminal, self.stage
        self.kept.append(self._written_down())
        with say.working("three months pass"):
            past = stage.look_back()
        say.chapter(10, "Three months later:", "the week and the month, in two mails.")
        rows = len(past.records) + len(past.changes) + len(past.incidents)
        say.note(
            f"These months are made up: {rows} rows, written into the ledger just now.", indent=3
        )
        self._written("weekly", past.week)
        self._written("monthly", past.last)
        self.month = f"monthly-{past.last}"

    def opening_the_portal(self) -> None:
        """Everything, as private pages."""
        say, stage = self.terminal, self.stage
        with say.working("writing the private pages"):
            first = stage.portal(self.month)
        pages = len(list(first.parent.rglob("*.html")))
        self.kept.insert(0, Artifact(first, "everything, as private pages"))
        say.chapter(11, "Everything, as private pages.", "No server, no script needed.")
        say.command("steadyhand portal")
        say.done(f"{pages} pages,", "on your disk.")

    def _written(self, cadence: str, period: str = "") -> None:
        say, stage = self.terminal, self.stage
        with say.working(f"writing the {cadence} mail"):
            began = time.monotonic()
            sent = stage.review(cadence, period)
            seconds = time.monotonic() - began
        self._mailed(sent, cadence, f"Written and sent in {seconds:.1f} s")

    def _mailed(self, sent: Sequence[Mail], called: str, done: str = "Written and sent") -> None:
        self.kept = artifacts.mails(sent, self.stage.out, called) + self.kept
        self.terminal.say((artifacts.subject(sent[0]), "h"), indent=3)
        self.terminal.done(done, f"to {', '.join(sent[0].recipients)}.")

    def closing(self, seconds: float) -> None:
        """What to open, what this does not prove, and what to do next."""
        say = self.terminal
        say.gap()
        say.say(("To open", "h"), (f"  the whole demo took {seconds:.0f} s", "m"))
        shown = {here(one.file): one.what for one in self.kept if one.shown}
        for file, what in shown.items():
            say.say((f"{file:<{max(map(len, shown))}}", "cmd"), (f"  {what}", "m"), indent=3)
        say.gap()
        say.say(("What this does not prove", "h"))
        say.say(
            "The account was an emulator, and so were the events it sent. AWS sends them seconds"
            " to minutes after a call, throttles, and checks every permission, which here are"
            " checked by tests only. Nothing was billed.",
            indent=3,
        )
        self.outcome.unshown()
        say.gap()
        say.say("Now yours: ", ("steadyhand scan --profile NAME", "cmd"), ("   reads only", "m"))

    # What the chapters are made of.

    def _written_down(self) -> Artifact:
        """The ledger as it is: before anything made up is in it."""
        stage, ledger = self.stage, self.stage.ledger
        told = (stage.records(), ledger.changes(), ledger.exemptions())
        return artifacts.ledger(*told, stage.out)

    def _scanned(self) -> Artifact:
        """`steadyhand scan` needs nothing deployed. Findings and blind spots are no failure here."""
        said = ("scan", "--output", "json", "--out", str(self.stage.out / artifacts.SCAN))
        spoken = self.stage.command(*said, codes=(0, 3, 4), root=True)
        return artifacts.findings(json.loads(spoken.out), self.stage.out)
