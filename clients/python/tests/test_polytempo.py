"""Tests of the client alone: python3 -m unittest discover -s tests"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENT = os.path.dirname(HERE)
sys.path.insert(0, CLIENT)

import polytempo  # noqa: E402


class Workplace(unittest.TestCase):
    """A directory and the environment that Polytempo would give."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = self._folder.name
        self.save = os.path.join(self.root, "save")
        os.mkdir(self.save)
        self.report_path = os.path.join(self.root, "report.jsonl")
        self.environment = self.contract({"lr": 0.1, "opt": {"momentum": 0.9}})
        patch = mock.patch.dict(os.environ, self.environment)
        patch.start()
        self.addCleanup(patch.stop)

    def contract(self, hyperparameters, **more):
        path = os.path.join(self.root, "h.json")
        with open(path, "w") as file:
            json.dump(hyperparameters, file)
        return {
            "POLYTEMPO_PROTOCOL": "1",
            "POLYTEMPO_HYPERPARAMETERS": path,
            "POLYTEMPO_LOAD": "",
            "POLYTEMPO_SAVE": self.save,
            "POLYTEMPO_FROM_STEP": "10",
            "POLYTEMPO_UNTIL_STEP": "15",
            "POLYTEMPO_SEED": "7",
            "POLYTEMPO_GENERATION": "2",
            "POLYTEMPO_MEMBER": "m04",
            "POLYTEMPO_REPORT": self.report_path,
            **more,
        }

    def reports(self):
        if not os.path.exists(self.report_path):
            return []
        with open(self.report_path) as file:
            return [json.loads(line) for line in file]


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


class OneProcessPerSegment(Workplace):
    def test_defaults_fill_in_what_is_not_tuned_and_are_not_told_to_the_run(self):
        defaults = {"lr": 1.0, "l2": 0.5, "opt": {"momentum": 0.0, "kind": "adam"}}
        with polytempo.member(defaults) as m:
            for segment in m.segments():
                wanted = {"lr": 0.1, "l2": 0.5, "opt": {"momentum": 0.9, "kind": "adam"}}
                self.assertEqual(segment.hyperparameters, wanted)
                with self.assertRaisesRegex(polytempo.EchoError, "l2: the script uses 0.4, was given 0.5"):
                    segment.report(step=12, loss=1, using={"lr": 0.1, "l2": 0.4})
                segment.report(step=15, loss=1, using=segment.hyperparameters)
        self.assertEqual(self.reports()[0]["using"], {"lr": 0.1, "opt.momentum": 0.9})

    def test_an_error_is_printed_once_and_ends_the_process(self):
        script = os.path.join(self.root, "fails.py")
        write(self.root, "fails.py", textwrap.dedent("""
            import polytempo
            with polytempo.member() as m:
                for segment in m.segments():
                    raise ValueError("out of luck")
        """))
        environment = {**os.environ, "PYTHONPATH": CLIENT}
        ended = subprocess.run([sys.executable, script], env=environment, stderr=subprocess.PIPE, text=True)
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stderr.count("Traceback"), 1)
        self.assertEqual(ended.stderr.count("ValueError: out of luck"), 1)

    def test_a_tuned_name_without_a_default_is_refused_with_both_lists(self):
        os.environ.update(self.contract({"lr": 0.1, "ll2": 0.3}))
        problem = "^ll2: tuned by this run.*Tuned are lr, ll2; the defaults are lr, l2[.]"
        with self.assertRaisesRegex(polytempo.PolytempoError, problem):
            polytempo.member({"lr": 1.0, "l2": 0.5})

    def test_gives_the_segment_of_the_environment(self):
        with polytempo.member() as m:
            self.assertTrue(m.managed)
            for segment in m.segments():
                facts = (segment.member, segment.generation, segment.from_step, segment.until_step, segment.seed)
                self.assertEqual(facts, ("m04", 2, 10, 15, 7))
                self.assertIsNone(segment.load)
                self.assertEqual(segment.hyperparameters, {"lr": 0.1, "opt": {"momentum": 0.9}})
                self.assertEqual(list(segment.steps()), [10, 11, 12, 13, 14])
                self.assertEqual(segment.step, 15)
                segment.report(loss=1)

    def test_reports_steps_metrics_and_what_is_used(self):
        with polytempo.member() as m:
            for segment in m.segments():
                for step in segment.steps():
                    if step == 12:
                        segment.report(loss=0.5)
                write(segment.save, "a", "1")
                segment.report(loss=0.25, metrics={"val/acc": 1}, using={"lr": 0.1, "opt": {"momentum": 0.9}})
        self.assertEqual(
            self.reports(),
            [
                {"type": "report", "step": 12, "metrics": {"loss": 0.5}},
                {
                    "type": "report",
                    "step": 15,
                    "metrics": {"val/acc": 1.0, "loss": 0.25},
                    "using": {"lr": 0.1, "opt.momentum": 0.9},
                },
            ],
        )

    def test_a_report_after_the_save_is_at_the_end_although_steps_was_not_used(self):
        with polytempo.member() as m:
            for segment in m.segments():
                write(segment.save, "a", "1")
                segment.report(loss=1)
        self.assertEqual(self.reports()[0]["step"], 15)

    def test_moves_what_was_saved_when_the_body_ends_and_not_before(self):
        with polytempo.member() as m:
            for segment in m.segments():
                os.mkdir(os.path.join(segment.save, "deep"))
                write(segment.save, "weights", "w")
                write(os.path.join(segment.save, "deep"), "optimizer", "o")
                self.assertEqual(os.listdir(self.save), [".partial"])
                segment.report(loss=1)
        self.assertEqual(sorted(os.listdir(self.save)), ["deep", "weights"])
        self.assertEqual(os.listdir(os.path.join(self.save, "deep")), ["optimizer"])

    def test_leaves_a_half_save_marked_when_the_body_fails_and_says_why(self):
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            with self.assertRaises(ZeroDivisionError):
                with polytempo.member() as m:
                    for segment in m.segments():
                        write(segment.save, "weights", "half")
                        print(1 / 0)
        self.assertEqual(os.listdir(self.save), [".partial"])
        self.assertEqual(
            self.reports(),
            [{"type": "failed", "cause": "exception", "message": "ZeroDivisionError: division by zero"}],
        )
        self.assertIn("ZeroDivisionError", printed.getvalue())

    def test_refuses_a_body_that_never_reports_at_the_end(self):
        with self.assertRaisesRegex(polytempo.PolytempoError, "ended at step 15 without a report at step 15"):
            with contextlib.redirect_stderr(io.StringIO()), polytempo.member() as m:
                for segment in m.segments():
                    list(segment.steps())
        self.assertEqual(self.reports()[0]["type"], "failed")

    def test_a_break_after_the_report_completes_the_segment(self):
        with polytempo.member() as m:
            for segment in m.segments():
                write(segment.save, "weights", "w")
                segment.report(loss=1)
                break
        self.assertEqual(os.listdir(self.save), ["weights"])

    def test_reports_nan_in_words_that_polytempo_reads(self):
        with polytempo.member() as m:
            for segment in m.segments():
                write(segment.save, "a", "1")
                segment.report(loss=float("nan"))
        with open(self.report_path) as file:
            self.assertIn('"loss": NaN', file.read())

    def test_takes_numbers_of_other_libraries(self):
        class Scalar:
            def item(self):
                return 0.5

        with polytempo.member() as m:
            for segment in m.segments():
                write(segment.save, "a", "1")
                segment.report(loss=Scalar())
        self.assertEqual(self.reports()[0]["metrics"], {"loss": 0.5})

    def test_refuses_metrics_that_are_no_numbers_and_steps_outside(self):
        with self.assertRaisesRegex(polytempo.PolytempoError, "metric loss needs a number, got 'low'"):
            with contextlib.redirect_stderr(io.StringIO()), polytempo.member() as m:
                next(m.segments()).report(loss="low")
        with self.assertRaisesRegex(polytempo.PolytempoError, "step 99 lies outside this segment, 10 to 15"):
            with contextlib.redirect_stderr(io.StringIO()), polytempo.member() as m:
                next(m.segments()).report(step=99, loss=1)

    def test_refuses_another_protocol(self):
        os.environ["POLYTEMPO_PROTOCOL"] = "2"
        with self.assertRaisesRegex(polytempo.PolytempoError, "speaks protocol 2, this client protocol 1"):
            polytempo.member()


class Echo(Workplace):
    def test_a_value_that_is_not_used_raises_at_once_and_is_declared(self):
        with self.assertRaisesRegex(polytempo.EchoError, r"lr: the script uses 0\.2, was given 0\.1.*after loading"):
            with contextlib.redirect_stderr(io.StringIO()), polytempo.member() as m:
                for segment in m.segments():
                    segment.report(loss=1, using={"lr": 0.2})
        self.assertEqual([line["cause"] for line in self.reports()], ["echo"])

    def test_single_precision_passes_and_more_does_not(self):
        check = polytempo._check_echo
        self.assertEqual(check({"lr": 0.1}, {"lr": 0.10000000149}), {"lr": 0.10000000149})
        for given, used in [(0.1, 0.1000002), (0, 1e-9), (1, True), ("a", "b"), (True, False), (0.1, "0.1")]:
            with self.assertRaises(polytempo.EchoError, msg=repr((given, used))):
                check({"x": given}, {"x": used})
        for value in (0, 0.0, 1e-300, "a", True, float("inf")):
            self.assertEqual(check({"x": value}, {"x": value}), {"x": value})

    def test_names_are_checked_and_all_problems_come_at_once(self):
        with self.assertRaisesRegex(polytempo.EchoError, "momentun: not a hyperparameter.*; lr: the script"):
            polytempo._check_echo({"lr": 1, "momentum": 2}, {"momentun": 2, "lr": 3})


class Alone(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = os.path.join(folder.name, "out")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("POLYTEMPO_")}
        patch = mock.patch.dict(os.environ, clean, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def run_alone(self, defaults, *argv):
        """Trains by counting; returns the segments, what was printed, and what was said beside it."""
        segments, out, err = [], io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            with polytempo.member(defaults, argv=[*argv, "--save", self.out]) as m:
                self.assertFalse(m.managed)
                for segment in m.segments():
                    count = 0
                    if segment.load:
                        with open(os.path.join(segment.load, "count")) as file:
                            count = int(file.read())
                    for _ in segment.steps():
                        count += 1
                    write(segment.save, "count", str(count))
                    segment.report(loss=0.5, using=segment.hyperparameters)
                    segments.append(segment)
        return segments, out.getvalue(), err.getvalue()

    def refused(self, defaults, *argv):
        """What argparse would do: usage and the problems on standard error, exit code 2."""
        err = io.StringIO()
        with contextlib.redirect_stderr(err), self.assertRaises(SystemExit) as end:
            polytempo.member(defaults, argv=list(argv))
        self.assertEqual(end.exception.code, 2)
        self.assertRegex(err.getvalue(), "^usage: ")
        return err.getvalue()

    def count(self):
        with open(os.path.join(self.out, "count")) as file:
            return int(file.read())

    def test_runs_with_defaults(self):
        (segment,), printed, said = self.run_alone({"lr": 0.1, "opt": {"kind": "adam"}})
        self.assertEqual(segment.hyperparameters, {"lr": 0.1, "opt": {"kind": "adam"}})
        self.assertEqual((segment.from_step, segment.until_step, segment.seed), (0, 100, 0))
        self.assertEqual(printed, "step 100 loss=0.5\n")
        self.assertEqual(said, "polytempo: saved in %s, at step 100; to go on: --from %s\n" % (self.out, self.out))

    def test_takes_options_of_the_types_of_the_defaults_and_leaves_others(self):
        defaults = {"lr": 0.1, "shift": 0.0, "layers": 2, "bias": True, "opt": {"kind": "adam"}, "batch_size": 8}
        argv = "--lr 1e-3 --shift -1e-3 --layers=4 --bias false --opt.kind sgd --batch-size 16 --until 7 --seed 3"
        (segment,), _, said = self.run_alone(defaults, *argv.split(), "--verbose", "-x", "data")
        h = {"lr": 0.001, "shift": -0.001, "layers": 4, "bias": False, "opt": {"kind": "sgd"}, "batch_size": 16}
        self.assertEqual(segment.hyperparameters, h)
        self.assertEqual((segment.until_step, segment.seed), (7, 3))
        self.assertIn("polytempo: --verbose is no hyperparameter here: left to the script\n", said)

    def test_help_names_hyperparameters_with_their_defaults(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), self.assertRaises(SystemExit) as end:
            polytempo.member({"lr": 0.1, "batch_size": 1, "bias": True}, argv=["--help"])
        self.assertEqual(end.exception.code, 0)
        self.assertRegex(out.getvalue(), r"--lr FLOAT +default: 0\.1")
        for flag in ("--batch-size", "--bias", "--until", "--interval", "--save", "--from", "--from-step", "--seed"):
            self.assertIn(flag, out.getvalue())

    def test_a_hyperparameter_may_have_the_name_of_a_flag(self):
        (segment,), _, _ = self.run_alone({"seed": 5, "load": 0.5, "help": "me"}, "--seed", "7", "--load", "0.25")
        self.assertEqual(segment.hyperparameters, {"seed": 7, "load": 0.25, "help": "me"})
        self.assertEqual(segment.seed, 0)

    def test_says_what_is_wrong_with_options_all_at_once(self):
        text = self.refused({"lr": 0.1, "bias": True}, "--lr", "x", "--until", "y", "--bias=si", "--bais", "false")
        for problem in (
            "argument --lr: needs a number, got 'x'",
            "argument --until: needs a whole number of at least 1, got 'y'",
            "argument --bias: needs true or false, got 'si'",
            "unrecognized argument --bais: did you mean --bias?",
        ):
            self.assertIn(problem, text)

    def test_goes_on_from_a_saved_state_at_its_step_with_its_hyperparameters(self):
        self.run_alone({"lr": 0.1, "momentum": 0.5}, "--lr", "0.2", "--until", "30")
        (segment,), _, said = self.run_alone({"lr": 0.1, "momentum": 0.5}, "--from", self.out, "--momentum", "0.75")
        self.assertIn("goes on from %s, at step 30: lr=0.2 momentum=0.75" % self.out, said)
        self.assertEqual((segment.from_step, segment.until_step, segment.seed), (30, 130, 30))
        self.assertEqual(segment.hyperparameters, {"lr": 0.2, "momentum": 0.75})
        self.assertEqual(self.count(), 130)

    def test_intervals_save_as_a_hand_that_resumes_would(self):
        segments, printed, _ = self.run_alone({}, "--until", "25", "--interval", "10")
        places = [(segment.from_step, segment.until_step, segment.seed) for segment in segments]
        self.assertEqual(places, [(0, 10, 0), (10, 20, 10), (20, 25, 20)])
        self.assertEqual(printed, "step 10 loss=0.5\nstep 20 loss=0.5\nstep 25 loss=0.5\n")
        self.assertEqual(self.count(), 25)

    def test_a_state_that_does_not_say_its_step_needs_it_from_the_hand(self):
        os.mkdir(self.out)
        write(self.out, "count", "40")
        self.assertIn("give it with --from-step", self.refused({}, "--from", self.out))
        (segment,), _, _ = self.run_alone({}, "--from", self.out, "--from-step", "40", "--until", "45")
        self.assertEqual((segment.from_step, self.count()), (40, 45))

    def test_refuses_states_that_are_not_there_or_not_complete_or_further_on(self):
        self.assertIn("needs the directory of a state, and nowhere is none", self.refused({}, "--from", "nowhere"))
        self.assertIn("needs --from", self.refused({}, "--from-step", "3"))
        self.run_alone({}, "--until", "30")
        text = self.refused({}, "--from", self.out, "--until", "30")
        self.assertIn("argument --until: the state is at step 30 already, got 30; it is a total", text)

        def interrupted(*_):
            raise OSError("the disk is full")

        with mock.patch.object(polytempo, "_move_contents", interrupted), self.assertRaises(OSError):
            self.run_alone({}, "--until", "60")
        self.assertIn("was not saved to its end", self.refused({}, "--from", self.out))

    def test_a_script_that_ignores_the_state_it_should_go_on_from_is_told(self):
        self.run_alone({}, "--until", "5")
        with self.assertRaisesRegex(polytempo.PolytempoError, "did not read segment.load"):
            with contextlib.redirect_stderr(io.StringIO()):
                with polytempo.member({}, argv=["--from", self.out, "--save", self.out]) as m:
                    for segment in m.segments():
                        list(segment.steps())

    def test_saves_over_an_earlier_result_and_over_what_an_interrupted_one_left(self):
        os.makedirs(os.path.join(self.out, ".partial"))
        write(os.path.join(self.out, ".partial"), "half", "")
        for _ in range(2):
            self.run_alone({})
            self.assertEqual(sorted(os.listdir(self.out)), ["count", "polytempo.json"])


class Resident(Workplace):
    """A script in a process of its own, spoken to as Polytempo would."""

    def start(self, body):
        script = os.path.join(self.root, "train.py")
        write(self.root, "train.py", textwrap.dedent(body))
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        environment = {**os.environ, "POLYTEMPO_CHANNEL": "%d,%d" % (to_read, from_write), "PYTHONPATH": CLIENT}
        self.process = subprocess.Popen(
            [sys.executable, script],
            env=environment,
            pass_fds=(to_read, from_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        os.close(to_read)
        os.close(from_write)
        self.to = os.fdopen(to_write, "w")
        self.answers = os.fdopen(from_read)
        self.addCleanup(self.end)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        for file in (self.to, self.answers):
            with contextlib.suppress(OSError):
                file.close()

    def send(self, number, load=None, lr=0.1):
        save = os.path.join(self.root, "save-%d" % number)
        os.mkdir(save)
        message = {
            "type": "segment", "id": "s%d" % number, "member": "m0%d" % number, "generation": number,
            "hyperparameters": {"lr": lr}, "from_step": 5 * number, "until_step": 5 * number + 5,
            "seed": number, "load": load, "save": save,
        }
        self.to.write(json.dumps(message) + "\n")
        self.to.flush()
        return save

    def hear(self):
        return json.loads(self.answers.readline())

    BODY = """
        import os, polytempo
        print("noise on standard output", flush=True)
        with polytempo.member() as m:
            for segment in m.segments():
                seen = open(os.path.join(segment.load, "n")).read() if segment.load else "new"
                steps = len(list(segment.steps()))
                with open(os.path.join(segment.save, "n"), "w") as file:
                    file.write(seen + "+" + segment.member)
                segment.report(loss=steps, using={"lr": segment.hyperparameters["lr"]})
        print("after the loop")
    """

    def test_trains_segments_one_after_another_from_what_it_is_told_to_load(self):
        self.start(self.BODY)
        self.assertEqual(self.hear()["type"], "hello")
        first = self.send(1)
        self.assertEqual(
            self.hear(),
            {"type": "report", "id": "s1", "step": 10, "metrics": {"loss": 5.0}, "using": {"lr": 0.1}},
        )
        self.assertEqual(self.hear(), {"type": "done", "id": "s1", "step": 10, "metrics": {"loss": 5.0}})
        second = self.send(2, load=first)
        self.assertEqual([self.hear()["type"], self.hear()["type"]], ["report", "done"])
        with open(os.path.join(second, "n")) as file:
            self.assertEqual(file.read(), "new+m01+m02")
        self.to.write('{"type": "close"}\n')
        self.to.flush()
        self.assertEqual(self.process.wait(10), 0)

    def test_leaves_when_the_controller_is_gone(self):
        self.start(self.BODY)
        self.hear()
        self.to.close()
        self.assertEqual(self.process.wait(10), 0)

    def test_is_stopped_when_it_does_not_load_the_state_that_it_should_go_on_from(self):
        self.start(
            """
            import polytempo
            with polytempo.member() as m:
                for segment in m.segments():
                    for step in segment.steps():
                        pass
                    segment.report(loss=1)
            """
        )
        self.hear()
        self.send(1, load=self.root)
        answer = self.hear()
        self.assertEqual(answer["type"], "failed")
        self.assertIn("did not read segment.load", answer["message"])
        self.assertEqual(self.process.wait(10), 1)

    def test_a_script_that_loads_before_its_loop_gets_one_segment_per_process(self):
        self.start(
            """
            import polytempo
            with polytempo.member() as m:
                assert m.load is None and m.hyperparameters["lr"] == 0.1
                for segment in m.segments():
                    segment.report(step=segment.until_step, loss=1)
            """
        )
        self.assertEqual(self.process.wait(10), 0)
        self.assertEqual(self.answers.readline(), "")
        self.assertEqual([line["step"] for line in self.reports()], [15])

    def test_ends_as_sigterm_does(self):
        self.start(self.BODY)
        self.hear()
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(10), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
