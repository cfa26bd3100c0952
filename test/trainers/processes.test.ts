import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandTrainer, startReaper } from "../../src/trainers/index.ts";
import { after, bench, eventually, processesWith, root, temporary } from "./harness.ts";

/** A script that starts children, says that it runs, and stays. */
function stayingScript(directory: string, body = ""): string {
  const path = join(directory, "stays.py");
  writeFileSync(
    path,
    `import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sleep", "300"])
subprocess.Popen(["sleep", "300"], start_new_session=True)
${body}
open(${JSON.stringify(join(directory, "ready"))}, "w").close()
time.sleep(300)
`,
  );
  return path;
}

function startController(directory: string, command: readonly string[]): ChildProcess {
  return spawn(
    process.execPath,
    ["--import", "tsx", join(root, "test", "trainers", "controller.ts"), directory, ...command],
    { stdio: "ignore", cwd: root },
  );
}

describe("when the controller dies", () => {
  it.each(["SIGKILL", "SIGTERM"] as const)(
    "by %s, the reaper kills the trainer, its children and those that left the group",
    async (signal) => {
      const directory = temporary();
      const controller = startController(directory, ["python3", stayingScript(directory)]);
      await eventually("the trainer runs", () => existsSync(join(directory, "ready")));
      // A process that is just being executed has no environment for a moment.
      await eventually("all three run", () => processesWith(`POLYTEMPO_SAVE=${directory}`).length === 3);
      controller.kill(signal);
      await eventually("nothing is left", () => processesWith(`POLYTEMPO_SAVE=${directory}`).length === 0);
      await eventually("the controller is gone", () => processesWith(directory).length === 0);
    },
  );

  it("in the moment after it started a trainer, nothing is left either", async () => {
    for (const delayMs of [0, 3, 10]) {
      const directory = temporary();
      const controller = startController(directory, ["python3", stayingScript(directory)]);
      await eventually("the trainer is started", () => existsSync(join(directory, "group")));
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      controller.kill("SIGKILL");
      await eventually("nothing is left", () => processesWith(directory).length === 0);
    }
  });
});

describe("the reaper", () => {
  const sleeper = (env: NodeJS.ProcessEnv = {}): ChildProcess =>
    spawn("sleep", ["300"], { detached: true, stdio: "ignore", env: { ...process.env, ...env } });
  const endOf = (child: ChildProcess): Promise<string | null> =>
    new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));

  it("kills what is registered at its end, and leaves what was removed", async () => {
    const reaper = startReaper();
    const [kept, removed] = [sleeper(), sleeper()];
    reaper.add(kept.pid!);
    reaper.add(removed.pid!);
    reaper.remove(removed.pid!);
    const end = endOf(kept);
    await reaper.close();
    expect(await end).toBe("SIGKILL");
    expect(removed.exitCode ?? removed.signalCode).toBeNull();
    const endOfRemoved = endOf(removed);
    removed.kill("SIGKILL");
    await endOfRemoved;
  });

  it("finds processes that carry its token although nobody registered them", async () => {
    const reaper = startReaper();
    const stray = sleeper({ POLYTEMPO_CONTROLLER: reaper.token });
    const other = sleeper({ POLYTEMPO_CONTROLLER: `${reaper.token}0` });
    const end = endOf(stray);
    await eventually("it runs", () => processesWith(reaper.token).includes(stray.pid!));
    await reaper.close();
    expect(await end).toBe("SIGKILL");
    expect(other.signalCode).toBeNull();
    const endOfOther = endOf(other);
    other.kill("SIGKILL");
    await endOfOther;
  });

  it("is started again when somebody kills it, and still knows every group", async () => {
    const reaper = startReaper();
    const child = sleeper();
    reaper.add(child.pid!);
    const first = reaper.pid;
    await eventually(
      "it runs",
      () => processesWith("polytempo-reaper").includes(first) || processesWith(reaper.token).includes(first),
    );
    process.kill(first, "SIGKILL");
    await eventually("there is another", () => reaper.pid !== first);
    const end = endOf(child);
    await reaper.close();
    expect(await end).toBe("SIGKILL");
  });
});

describe("a command's processes", () => {
  it("are ended as a group by a stop: SIGTERM first, then SIGKILL, and the segment is lost", async () => {
    const directory = temporary();
    const member = await bench(
      commandTrainer({ command: ["python3", stayingScript(directory)], level: 2, graceMs: 100 }),
    );
    const stop = new AbortController();
    const running = member.run({}, stop.signal);
    await eventually("the trainer runs", () => existsSync(join(directory, "ready")));
    stop.abort("stop");
    expect((await running).outcome).toEqual({ status: "lost", message: "ended early: stop" });
    await member.close();
    await eventually("nothing is left", () => processesWith(member.directory).length === 0);
  });

  it("may end in their own way on SIGTERM within the time of grace", async () => {
    const directory = temporary();
    const script = join(directory, "tidies.py");
    writeFileSync(
      script,
      `import signal, sys, time
def tidy(*_):
    open(${JSON.stringify(join(directory, "tidied"))}, "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, tidy)
open(${JSON.stringify(join(directory, "ready"))}, "w").close()
time.sleep(300)
`,
    );
    const member = await bench(commandTrainer({ command: ["python3", script], level: 2 }));
    const stop = new AbortController();
    const running = member.run({}, stop.signal);
    await eventually("the trainer runs", () => existsSync(join(directory, "ready")));
    stop.abort("pause");
    expect((await running).outcome).toEqual({ status: "lost", message: "ended early: pause" });
    expect(existsSync(join(directory, "tidied"))).toBe(true);
  });

  it("count as lost when a signal from outside ends them, resident ones too, and the next segment starts anew", async () => {
    const script = join(root, "test", "trainers", "hostile", "resident_noise.py");
    const member = await bench(commandTrainer({ command: ["python3", script], level: 3 }));
    const first = await member.run();
    expect(first.outcome.status).toBe("ok");
    process.kill(member.started[0]!, "SIGKILL");
    await eventually("it is noticed", () => member.groups.size === 0);
    const second = await member.run(after(first.segment));
    expect(second.outcome.status).toBe("ok");
    expect(member.started).toHaveLength(2);
  });

  it("are not blamed on a member when the session is closed in the middle of its segment", async () => {
    const directory = temporary();
    const member = await bench(
      commandTrainer({ command: ["python3", stayingScript(directory)], level: 2, graceMs: 50 }),
    );
    const running = member.run();
    await eventually("the trainer runs", () => existsSync(join(directory, "ready")));
    await member.close();
    expect((await running).outcome).toEqual({
      status: "lost",
      message: "ended early: the session was closed",
    });
    await eventually("nothing is left", () => processesWith(member.directory).length === 0);
  });

  it("are not started at all when the segment is stopped already", async () => {
    const member = await bench(commandTrainer({ command: ["true"], level: 2 }));
    const { outcome } = await member.run({}, AbortSignal.abort("stop"));
    expect(outcome.status).toBe("lost");
    expect(member.started).toEqual([]);
  });

  it("get the inherited environment, the slot's devices and the contract, but nothing of another run", async () => {
    const script = join(temporary(), "env.py");
    writeFileSync(
      script,
      `import json, os
with open(os.path.join(os.environ["POLYTEMPO_SAVE"], "env.json"), "w") as f:
    json.dump(dict(os.environ), f)
with open(os.environ["POLYTEMPO_REPORT"], "a") as f:
    f.write('{"q": 1}\\n')
`,
    );
    process.env["POLYTEMPO_TEST_OTHER_RUN"] = "1";
    process.env["TEST_INHERITED"] = "2";
    const member = await bench(
      commandTrainer({ command: ["python3", script], level: 2, env: { OWN: "3" } }),
      { devices: "2,3" },
    );
    const { outcome, segment } = await member.run();
    delete process.env["POLYTEMPO_TEST_OTHER_RUN"];
    delete process.env["TEST_INHERITED"];
    expect(outcome.status).toBe("ok");
    const env = JSON.parse(readFileSync(join(segment.save, "env.json"), "utf8")) as Record<string, string>;
    expect(env).toMatchObject({
      TEST_INHERITED: "2",
      OWN: "3",
      CUDA_VISIBLE_DEVICES: "2,3",
      POLYTEMPO_PROTOCOL: "1",
      POLYTEMPO_LOAD: "",
      POLYTEMPO_SAVE: segment.save,
      POLYTEMPO_FROM_STEP: "0",
      POLYTEMPO_UNTIL_STEP: "10",
      POLYTEMPO_GENERATION: "1",
      POLYTEMPO_MEMBER: "m03",
      POLYTEMPO_SEED: "42",
      POLYTEMPO_METRIC: "q",
    });
    expect(env["POLYTEMPO_TEST_OTHER_RUN"]).toBeUndefined();
    expect(env["POLYTEMPO_CHANNEL"]).toBeUndefined();
  });
});
