"""`manage.py simulate SYSTEM SCENARIO`: print a run."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from explorer.errors import NotAllowed, NotKnown, OrreryError, one_line
from explorer.exports.transcript import FORMATS, lines
from explorer.playback.atlas import atlas_at_hand
from explorer.playback.engine import play
from explorer.playback.inputs import parameters_of, read_inputs, require_walkthrough, walkthroughs
from explorer.playback.narrate import LANGUAGES
from explorer.playback.steps import DETAILS


class Command(BaseCommand):
    """Prints a run; what cannot be run is one line on stderr and exit code 2."""

    help = "Print a run of one system's scenario: the same inputs print the same bytes."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, which takes whole names only and says on one line what it does not take."""
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)
        parser.error = _refuse  # type: ignore[method-assign]  # argparse has no other way
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", help="borg or kubernetes")
        parser.add_argument("scenario", help="for example deploy")
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="values",
                            help="a parameter, for example replicas=3")  # fmt: skip
        grammar = "TARGET:KIND[=VALUE]@FROM[-UNTIL], for example machine/node-2:down@30"
        parser.add_argument(
            "--fault", action="append", default=[], metavar="FAULT", dest="faults", help=grammar
        )
        parser.add_argument("--seed", default="7")
        parser.add_argument("--lang", default="en")
        parser.add_argument("--detail", default="story")
        parser.add_argument("--format", default="text", dest="form")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._print(options)
            self.stdout.flush()
        except BrokenPipeError:  # whoever read has read enough; the interpreter flushes once more at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OrreryError as error:
            self.stderr.style_func = None
            self.stderr.write(f"simulate: {error}")
            sys.exit(2)

    def _print(self, options: dict[str, Any]) -> None:
        _one_of("format", options["form"], FORMATS)
        _one_of("lang", options["lang"], LANGUAGES)
        _one_of("detail", options["detail"], DETAILS)
        atlas = atlas_at_hand()
        system, scenario = options["system"], options["scenario"]
        require_walkthrough(atlas, system, scenario)
        given = {"detail": options["detail"], "seed": options["seed"]}
        names = [p.name for p in parameters_of(atlas, system, scenario)]
        for text in options["values"]:
            name, sign, value = text.partition("=")
            if not sign:
                raise NotAllowed("set", text, "NAME=VALUE, for example replicas=3")
            if name not in names:
                raise NotKnown("parameter", name, names)
            given[name] = value
        inputs = read_inputs(atlas, system, scenario, given, options["faults"])
        for line in lines(play(atlas, inputs), options["form"], options["lang"]):
            self.stdout.write(line)


def _refuse(message: str) -> NoReturn:
    """End as everything does that cannot be run, instead of with the parser's usage."""
    try:
        played: dict[str, list[str]] = {}
        for system, scenario in walkthroughs(atlas_at_hand()):
            played.setdefault(system, []).append(scenario)
        known = "; ".join(f"{system} with {', '.join(scenarios)}" for system, scenarios in played.items())
    except OrreryError:  # what is wrong with the graph is not what was asked
        known = "nothing"
    takes = "SYSTEM SCENARIO and the options --set, --fault, --seed, --lang, --detail, --format"
    sys.stderr.write(one_line(f"simulate: {message}; simulate takes {takes}; known: {known}") + "\n")
    sys.exit(2)


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise NotKnown(field, value, allowed)
