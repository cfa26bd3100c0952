"""Python side of a Polytempo trainer: standard library only.

    import polytempo

    with polytempo.member() as m:
        for segment in m.segments():
            state = load(segment.load) if segment.load else build(segment.seed)
            for step in segment.steps():
                train_one(state, lr=segment.hyperparameters["lr"])
            save(state, segment.save)
            segment.report(val_loss=validate(state), using={"lr": get_lr(state)})

The same script runs as a resident process (level 3 of the protocol, one process for many segments), as one process
for each segment (level 2), and alone, without Polytempo.
"""

import json
import math
import os
import re
import shutil
import signal
import sys
import traceback
from typing import Any, Dict, IO, Iterator, List, Mapping, Optional, Union

__version__ = "0.1.0"
__all__ = ["member", "Member", "Segment", "PolytempoError", "EchoError"]

PROTOCOL = 1

_PARTIAL = ".partial"
#: What a script that runs alone leaves beside its state: the step, so that it can go on from there.
_NOTE = "polytempo.json"
_TOLERANCE = 1e-6

Value = Union[int, float, str, bool]


class PolytempoError(Exception):
    """The script breaks a rule of the protocol; the message says which one and what to do."""


class EchoError(PolytempoError):
    """The script does not use the hyperparameters that it was given."""


def _flatten(group: Mapping[str, Any], prefix: str = "") -> Dict[str, Value]:
    flat: Dict[str, Value] = {}
    for name, value in group.items():
        if isinstance(value, Mapping):
            flat.update(_flatten(value, prefix + str(name) + "."))
        else:
            flat[prefix + str(name)] = _plain(value)
    return flat


def _plain(value: Any) -> Any:
    """A Python number for what NumPy, PyTorch and others call a number."""
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    item = getattr(value, "item", None)
    return item() if callable(item) else value


def _same(given: Any, used: Any) -> bool:
    numbers = (int, float)
    if isinstance(given, bool) or isinstance(used, bool):
        return given is used
    if isinstance(given, numbers) and isinstance(used, numbers):
        return given == used or abs(given - used) <= _TOLERANCE * max(abs(given), abs(used))
    return bool(given == used)


def _check_echo(expected: Mapping[str, Any], using: Mapping[str, Any]) -> Dict[str, Value]:
    """The flat form of `using`. Raises EchoError when it differs from what was given (numbers: relative 1e-6)."""
    given = _flatten(expected)
    used = _flatten(using)
    problems: List[str] = []
    for name, value in used.items():
        if name not in given:
            problems.append("%s: not a hyperparameter of this run (it has %s)" % (name, ", ".join(given)))
        elif not _same(given[name], value):
            problems.append("%s: the script uses %r, was given %r" % (name, value, given[name]))
    if problems:
        raise EchoError("; ".join(problems) + ". Set hyperparameters after loading the state, not before.")
    return used


def _filled(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> Dict[str, Any]:
    """What a run gives, and the defaults of what it does not tune. Raises PolytempoError for a name that no default has."""
    fixed, tuned = _flatten(defaults), _flatten(given)
    strange = [name for name in tuned if name not in fixed]
    if fixed and strange:
        rule = "%s: tuned by this run, but no default of the script has the name. Tuned are %s; the defaults are %s. "
        way = "Correct the name in --hp, or add it to member(defaults=...)"
        raise PolytempoError((rule + way) % (", ".join(strange), ", ".join(tuned), ", ".join(fixed)))
    return _nest({**fixed, **tuned}) if fixed else dict(given)


def _metrics(values: Mapping[str, Any]) -> Dict[str, float]:
    result: Dict[str, float] = {}
    for name, value in values.items():
        number = _plain(value)
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise PolytempoError("metric %s needs a number, got %r" % (name, value))
        result[str(name)] = float(number)
    return result


def _move_contents(source: str, target: str) -> None:
    for name in os.listdir(source):
        old = os.path.join(target, name)
        if os.path.isdir(old) and not os.path.islink(old):
            shutil.rmtree(old)  # Only when running alone, over an earlier result: Polytempo gives an empty directory.
        os.replace(os.path.join(source, name), old)
    os.rmdir(source)


class Segment:
    """One interval of training, from `from_step` until `until_step`, with fixed hyperparameters."""

    def __init__(self, owner: "Member", work: Mapping[str, Any]) -> None:
        self._owner = owner
        self._load: Optional[str] = work.get("load") or None
        self._load_read = False
        self._target: str = work["save"]
        self._partial: Optional[str] = None
        self._final: Optional[Dict[str, float]] = None
        self._using: Dict[str, Value] = {}
        self._id: Optional[str] = work.get("id")
        #: Name of the member, for instance "m07".
        self.member: str = str(work.get("member", "m00"))
        self.generation: int = int(work.get("generation", 0))
        self.from_step: int = int(work["from_step"])
        self.until_step: int = int(work["until_step"])
        #: Depends on the run, the member and the generation only: a repeated segment gets the same one.
        self.seed: int = int(work.get("seed", 0))
        #: Nested as in the search space. New with each segment: set them again, after loading.
        self.hyperparameters: Dict[str, Any] = work["hyperparameters"]
        #: The step that training has reached: counted by `steps()`.
        self.step: int = self.from_step

    @property
    def load(self) -> Optional[str]:
        """Directory of the state to start from; None at the beginning. Read-only."""
        self._load_read = True
        return self._load

    @property
    def save(self) -> str:
        """Directory to write the state at `until_step` into. It becomes a checkpoint when the loop body ends."""
        if self._partial is None:
            self._partial = os.path.join(self._target, _PARTIAL)
            if not self._owner.managed:
                shutil.rmtree(self._partial, ignore_errors=True)  # Of a run that was interrupted.
            os.makedirs(self._partial, exist_ok=True)
        return self._partial

    def steps(self) -> Iterator[int]:
        """The steps to train, `from_step` … `until_step - 1`. After each, `segment.step` is one higher."""
        self._require_load()
        for step in range(self.from_step, self.until_step):
            yield step
            self.step = step + 1

    def report(
        self, step: Optional[int] = None, using: Optional[Mapping[str, Any]] = None,
        metrics: Optional[Mapping[str, Any]] = None, **values: Any,
    ) -> None:
        """Reports metrics: as keywords, or as a dictionary for names that are no keywords.

        `step` is `segment.step` by default, and `until_step` once the state has been saved. `using` names the
        hyperparameters as the script really uses them (read from the optimiser, not from `segment`): a difference
        raises EchoError. NaN and infinities are reported like every other value.
        """
        self._require_load()
        if step is None:
            step = self.step if self._partial is None else self.until_step
        if not self.from_step <= step <= self.until_step:
            span = (step, self.from_step, self.until_step)
            raise PolytempoError("report: step %r lies outside this segment, %d to %d" % span)
        self.step = max(self.step, step)
        numbers = _metrics({**(metrics or {}), **values})
        if using is not None:
            self._using.update(_check_echo(self.hyperparameters, using))
        if step == self.until_step:
            self._final = {**(self._final or {}), **numbers}
        self._owner._report(self, step, numbers, using)

    def _require_load(self) -> None:
        owner = self._owner
        if self._load is not None and not self._load_read and (owner._resident or owner._goes_on):
            rule = "this segment goes on from a checkpoint, but the script did not read segment.load. "
            way = "Load the state inside the loop, or read m.load before it (then each segment has its own process)."
            raise PolytempoError(rule + way)

    def _complete(self) -> None:
        """The loop body ended: what was saved becomes the state of this segment."""
        if self._final is None:
            rule = "the segment ended at step %d without a report at step %d: call segment.report(...) after training"
            raise PolytempoError(rule % (self.step, self.until_step))
        if self._partial is None:
            return
        if self._owner.managed:
            _move_contents(self._partial, self._target)
        else:
            self._keep()
        self._partial = None

    def _keep(self) -> None:
        """Saves alone, over an earlier state. Without its note, which is written last, a state is not complete."""
        assert self._partial is not None
        note = os.path.join(self._target, _NOTE)
        if os.path.exists(note):
            os.remove(note)
        _move_contents(self._partial, self._target)
        facts = {"step": self.until_step, "hyperparameters": self.hyperparameters, "metrics": self._final}
        with open(note, "w", encoding="utf-8") as file:
            json.dump(facts, file, indent=2)
        _say("saved in %s, at step %d; to go on: --from %s" % (self._target, self.until_step, self._target))


class Member:
    """What this process trains. Use it as a context manager: `with polytempo.member() as m:`."""

    def __init__(
        self, work: Dict[str, Any], channel: Optional[str], report_path: Optional[str], defaults: Mapping[str, Any]
    ) -> None:
        self._defaults = defaults
        self._work = self._with_defaults(work)
        self._channel = channel
        self._report_path = report_path
        self._resident = False
        self._to: Optional[IO[str]] = None
        self._from: Optional[IO[str]] = None
        self._current: Optional[Segment] = None
        self._one_process = False
        self._started = False
        self._previous_handler: Any = None
        #: True when Polytempo started this process; False when the script runs alone.
        self.managed: bool = report_path is not None
        #: Name of the member of the first segment, for instance "m07".
        self.name: str = str(work.get("member", "m00"))

    @property
    def seed(self) -> int:
        """Seed of the first segment."""
        return int(self._work.get("seed", 0))

    @property
    def load(self) -> Optional[str]:
        """The state to start from, for scripts that load once, before the loop: these get one segment per process."""
        self._single("load")
        return self._work.get("load") or None

    @property
    def hyperparameters(self) -> Dict[str, Any]:
        """Hyperparameters of the first segment, for scripts that read them once, before the loop: as with `load`."""
        self._single("hyperparameters")
        return dict(self._work["hyperparameters"])

    @property
    def _goes_on(self) -> bool:  # Alone, and not a script that has loaded its state before the loop.
        return not self.managed and not self._one_process

    def _single(self, what: str) -> None:
        if self._resident:
            raise PolytempoError("m.%s is the first segment's: inside the loop read segment.%s" % (what, what))
        self._one_process = True

    def __enter__(self) -> "Member":
        if self.managed:
            try:
                self._previous_handler = signal.signal(signal.SIGTERM, _terminate)
            except ValueError:
                pass  # Not in the main thread: the default action is right too.
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if kind is None:
                self._complete()
            elif isinstance(error, Exception):
                self._failed(error, trace)
        except PolytempoError as problem:
            self._failed(problem, None)
            raise
        finally:
            self._close()

    def segments(self) -> Iterator[Segment]:
        """The segments to train, one after another. The body of the loop trains, saves and reports one."""
        if self._started:
            raise PolytempoError("segments() was called twice")
        self._started = True
        if self._channel is None or self._one_process:
            for work in self._parts():
                self._current = Segment(self, work)
                yield self._current
                self._complete()
            return
        self._open_channel()
        while True:
            work = self._receive()
            if work is None:
                return
            self._current = Segment(self, work)
            yield self._current
            self._complete()

    def _with_defaults(self, work: Mapping[str, Any]) -> Dict[str, Any]:
        #: What the run tunes: all that it may be told of. What defaults fill in is the script's own.
        self._tuned = set(_flatten(work["hyperparameters"]))
        return {**work, "hyperparameters": _filled(self._defaults, work["hyperparameters"])}

    def _parts(self) -> Iterator[Dict[str, Any]]:
        """The work of this process: one segment, or alone with --interval several that go on from each other."""
        work, interval = self._work, self._work.get("interval")
        if interval is None or self._one_process:
            yield work
            return
        first, last = work["from_step"], work["until_step"]
        for step in range(first, last, interval):
            part = {**work, "from_step": step, "until_step": min(step + interval, last), "seed": work["seed"] + step - first}
            yield part if step == first else {**part, "load": work["save"], "generation": (step - first) // interval}

    def _open_channel(self) -> None:
        assert self._channel is not None
        reading, writing = (int(number) for number in self._channel.split(","))
        for number in (reading, writing):
            os.set_inheritable(number, False)
        self._from = os.fdopen(reading, "r", encoding="utf-8")
        self._to = os.fdopen(writing, "w", encoding="utf-8")
        self._resident = True
        self._send({"type": "hello", "protocol": PROTOCOL, "client": "python " + __version__})

    def _receive(self) -> Optional[Dict[str, Any]]:
        assert self._from is not None
        while True:
            line = self._from.readline()
            message = json.loads(line) if line else {"type": "close"}
            if message.get("type") == "segment":
                return self._with_defaults(message)
            if message.get("type") == "close":
                return None

    def _send(self, message: Mapping[str, Any]) -> None:
        line = json.dumps(message) + "\n"
        if self._to is not None:
            try:
                self._to.write(line)
                self._to.flush()
            except BrokenPipeError:
                raise SystemExit(1) from None
        elif self._report_path is not None:
            with open(self._report_path, "a", encoding="utf-8") as file:
                file.write(line)

    def _report(
        self, segment: Segment, step: int, metrics: Mapping[str, float], using: Optional[Mapping[str, Any]]
    ) -> None:
        if not self.managed:
            shown = " ".join("%s=%s" % (name, repr(value)) for name, value in metrics.items())
            print("step %d %s" % (step, shown), flush=True)
            return
        message: Dict[str, Any] = {"type": "report", "step": step, "metrics": metrics}
        if using is not None:
            message["using"] = {name: value for name, value in _flatten(using).items() if name in self._tuned}
        if segment._id is not None:
            message["id"] = segment._id
        self._send(message)

    def _complete(self) -> None:
        segment = self._current
        if segment is None:
            return
        segment._complete()
        self._current = None
        if self._resident:
            self._send({"type": "done", "id": segment._id, "step": segment.until_step, "metrics": segment._final})

    def _failed(self, error: BaseException, trace: Any) -> None:
        segment = self._current
        if segment is None or not self.managed:
            return
        self._current = None
        if trace is not None:
            traceback.print_exception(type(error), error, trace)
            hook = sys.excepthook  # Python would print the same once more as it ends.
            sys.excepthook = lambda kind, other, at: None if other is error else hook(kind, other, at)
        cause = "echo" if isinstance(error, EchoError) else "exception"
        message = {"type": "failed", "cause": cause, "message": "%s: %s" % (type(error).__name__, error)}
        message["message"] = message["message"][:4000]
        if segment._id is not None:
            message["id"] = segment._id
        try:
            self._send(message)
        except (OSError, SystemExit):
            pass

    def _close(self) -> None:
        for file in (self._to, self._from):
            if file is not None:
                try:
                    file.close()
                except OSError:
                    pass
        if self._previous_handler is not None:
            signal.signal(signal.SIGTERM, self._previous_handler)


def _terminate(number: int, frame: Any) -> None:
    """Ends as the signal would, so that the one who waits sees a signal and no exit code; output is flushed first."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, RuntimeError):
            pass
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def member(
    defaults: Optional[Mapping[str, Any]] = None, *, argv: Optional[List[str]] = None, resident: bool = True
) -> Member:
    """What this process has to train.

    `defaults` are all hyperparameters of the script: what a run does not tune has its default, and a run that tunes a name
    that is not among them ends with a message. Alone, without Polytempo, `--name value` on the command line replaces them, and `--until`, `--save`, `--from` and others mean what `--help` says. `argv` is the command line: give
    what is left of it when the script has flags of its own (`_, rest = parser.parse_known_args()`).
    `resident=False` asks for a process per segment.
    """
    environment = os.environ
    if "POLYTEMPO_UNTIL_STEP" in environment:
        protocol = environment.get("POLYTEMPO_PROTOCOL", "")
        if protocol != str(PROTOCOL):
            rule = "this Polytempo speaks protocol %s, this client protocol %d: install the client that belongs to it"
            raise PolytempoError(rule % (protocol, PROTOCOL))
        with open(environment["POLYTEMPO_HYPERPARAMETERS"], encoding="utf-8") as file:
            hyperparameters = json.load(file)
        work = {
            "hyperparameters": hyperparameters,
            "member": environment.get("POLYTEMPO_MEMBER", "m00"),
            "generation": int(environment.get("POLYTEMPO_GENERATION", "0")),
            "from_step": int(environment.get("POLYTEMPO_FROM_STEP", "0")),
            "until_step": int(environment["POLYTEMPO_UNTIL_STEP"]),
            "seed": int(environment.get("POLYTEMPO_SEED", "0")),
            "load": environment.get("POLYTEMPO_LOAD") or None,
            "save": environment["POLYTEMPO_SAVE"],
        }
        channel = environment.get("POLYTEMPO_CHANNEL") if resident else None
        return Member(work, channel, environment["POLYTEMPO_REPORT"], defaults or {})
    return Member(_alone(defaults or {}, sys.argv[1:] if argv is None else argv), None, None, {})


def _say(text: str) -> None:
    """Remarks of a script that runs alone; its reports are on standard output."""
    print("polytempo: " + text, file=sys.stderr, flush=True)


def _parser(flat: Mapping[str, Value]) -> Any:
    import argparse  # Here, because a process per segment need not load it.

    text = "Trains one model alone. Under Polytempo, which gives all this itself, these flags are not read."
    parser = argparse.ArgumentParser(description=text, allow_abbrev=False, add_help="help" not in flat)
    group = parser.add_argument_group("hyperparameters")
    for name, default in flat.items():
        spellings = ["--" + name] + (["--" + name.replace("_", "-")] if "_" in name else [])
        kind: Dict[str, Any] = {"metavar": type(default).__name__.upper()}
        if isinstance(default, bool):
            kind = {"metavar": "true|false", "nargs": "?", "const": "true"}
        group.add_argument(*spellings, dest="h." + name, help="default: " + str(default).replace("%", "%%"), **kind)
    for metavar, text, *spellings in (
        ("STEP", "train until this step, a total (default: 100 more)", "--until"),
        ("STEPS", "evaluate and save every so many steps (default: once, at the end)", "--interval"),
        ("DIR", "where to write the state (default: polytempo-out)", "--save"),
        ("DIR", "the state to go on from, with its hyperparameters where no flag gives others", "--from", "--load"),
        ("STEP", "the step that this state is at, where it does not say so itself", "--from-step"),
        ("N", "default: the step that training begins at", "--seed"),
    ):
        if free := [spelling for spelling in spellings if spelling[2:] not in flat]:
            parser.add_argument(*free, dest=spellings[0][2:], metavar=metavar, help=text)
    return parser


def _alone(defaults: Mapping[str, Any], argv: List[str]) -> Dict[str, Any]:
    """The work of a script that runs without Polytempo, from its command line. Ends the process where that is wrong."""
    flat = _flatten(defaults)
    parser = _parser(flat)
    words, others = parser.parse_known_args(_joined(argv))
    given: Dict[str, str] = {name: text for name, text in vars(words).items() if text is not None}
    problems = _unknown(others, parser)

    def number(name: str, least: int) -> Optional[int]:
        text = given.get(name)
        if text is None or (text.isdigit() and int(text) >= least):
            return None if text is None else int(text)
        problems.append("argument --%s: needs a whole number of at least %d, got %r" % (name, least, text))
        return None

    until, interval, from_step, seed = number("until", 1), number("interval", 1), number("from-step", 0), number("seed", 0)
    load = given.get("from") or None
    note = {} if load is None else _note_of(load)
    if load is None and from_step is not None:
        problems.append("argument --from-step: needs --from, the state that is at this step")
    elif load is not None and not os.path.isdir(load):
        problems.append("argument --from: needs the directory of a state, and %s is none" % load)
    elif load is not None and from_step is None and "step" not in note:
        why = "was not saved to its end by a script alone, so it does not say its step: give it with --from-step"
        problems.append("argument --from: %s %s" % (load, why))
    start = from_step if from_step is not None else int(note.get("step", 0))
    if until is not None and until <= start:
        problems.append("argument --until: the state is at step %d already, got %d; it is a total" % (start, until))
    earlier = _flatten(note.get("hyperparameters", {}))
    for name, default in flat.items():
        text = given.get("h." + name)
        kept = type(earlier.get(name)) is type(default)
        try:
            flat[name] = _read(text, default) if text is not None else earlier[name] if kept else default
        except ValueError:
            problems.append("argument --%s: needs %s, got %r" % (name, _KINDS[type(default)], text))
    if problems:
        parser.error("\n  ".join(problems))
    if load is not None:
        values = " ".join("%s=%s" % pair for pair in flat.items())
        _say("goes on from %s, at step %d: %s" % (load, start, values))
    return {
        "hyperparameters": _nest(flat),
        "from_step": start,
        "until_step": start + 100 if until is None else until,
        "interval": interval,
        "seed": start if seed is None else seed,
        "load": load,
        "save": given.get("save") or "polytempo-out",
    }


def _joined(argv: List[str]) -> List[str]:
    """`--lr -1e-3` as `--lr=-1e-3`: argparse takes some negative numbers for flags."""
    words: List[str] = []
    for word in argv:
        if words and re.fullmatch(r"-[\d.]+(e[-+]?\d+)?", word, re.I) and re.fullmatch(r"--[^=]+", words[-1]):
            words[-1] += "=" + word
        else:
            words.append(word)
    return words


def _unknown(others: List[str], parser: Any) -> List[str]:
    """Flags that are nobody's here belong to the script, unless they look like a slip of one of ours."""
    import difflib

    known = [spelling for action in parser._actions for spelling in action.option_strings]
    problems: List[str] = []
    for name in (word.partition("=")[0] for word in others if word.startswith("--") and word != "--"):
        if near := difflib.get_close_matches(name, known, 1, 0.8):
            hint = "did you mean %s? If it is the script's own, give member(argv=...) what is left of the others"
            problems.append(("unrecognized argument %s: " + hint) % (name, near[0]))
        else:
            _say("%s is no hyperparameter here: left to the script" % name)
    return problems


def _note_of(directory: str) -> Dict[str, Any]:
    try:
        with open(os.path.join(directory, _NOTE), encoding="utf-8") as file:
            note = json.load(file)
        return note if isinstance(note, dict) and isinstance(note.get("step"), int) else {}
    except (OSError, ValueError):
        return {}


_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def _read(text: str, default: Value) -> Value:
    if isinstance(default, bool):
        if text.lower() not in ("true", "false", "1", "0", ""):
            raise ValueError(text)
        return text.lower() in ("true", "1", "")
    if isinstance(default, int):
        return int(text)
    if isinstance(default, float):
        number = float(text)
        if math.isnan(number):
            raise ValueError(text)
        return number
    return text


def _nest(flat: Mapping[str, Value]) -> Dict[str, Any]:
    nested: Dict[str, Any] = {}
    for path, value in flat.items():
        group = nested
        *groups, name = path.split(".")
        for part in groups:
            group = group.setdefault(part, {})
        group[name] = value
    return nested
