import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CommandTrainerOptions, commandTrainer } from "../../src/trainers/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { after, bench, temporary } from "./harness.ts";

/** These scripts get one hyperparameter: a command without the placeholder of another would be refused. */
const space = searchSpace({ h0: uniform(0, 1) });
const alone = (trainer: ReturnType<typeof commandTrainer>) => bench(trainer, { space });

const prefix = ["{h0}", "{load}", "{save}"];

/** A level 1 trainer of a few lines of shell: $1 is h0, $2 load, $3 save. */
const shell = (body: string, options: Partial<CommandTrainerOptions> = {}) =>
  commandTrainer({ command: ["sh", "-c", body, "sh", ...prefix], ...options });

describe("a script that knows nothing of Polytempo", () => {
  it("gives its metric by a regular expression: the last match counts", async () => {
    const trainer = shell('echo s > "$3/s"; for i in 3 2 1; do echo "epoch $i: val_loss=0.$i"; done', {
      metricRegex: "val_loss=(\\S+)",
    });
    const { outcome } = await (await alone(trainer)).run();
    expect(outcome).toEqual({ status: "ok", step: 10, metrics: { q: 0.1 }, using: null });
  });

  it("gives its metric by a file that it writes in each segment", async () => {
    const trainer = shell('echo "{\\"q\\": $1}" > "$3/metrics.json"', { metricFile: "{save}/metrics.json" });
    const member = await alone(trainer);
    const first = await member.run();
    expect(first.outcome).toMatchObject({ status: "ok", metrics: { q: 0.25 } });
    const second = await member.run(after(first.segment, { hyperparameters: { h0: 0.5, h1: 0 } }));
    expect(second.outcome).toMatchObject({ status: "ok", metrics: { q: 0.5 } });
  });

  it("fails when the file is the one of an earlier segment, is missing or is no JSON", async () => {
    const folder = temporary();
    const metricFile = join(folder, "{member}.json");
    writeFileSync(join(folder, "m03.json"), '{"q": 1}');
    const stale = await (await alone(shell('echo s > "$3/s"', { metricFile }))).run();
    expect(stale.outcome).toMatchObject({ status: "failed", cause: "metric" });
    expect(stale.outcome.status === "failed" && stale.outcome.message).toContain(
      "m03.json was not written again in this segment",
    );
    const none = await (await alone(shell('echo s > "$3/s"', { metricFile: "{save}/none.json" }))).run();
    expect(none.outcome.status === "failed" && none.outcome.message).toContain("none.json was not written");
    const broken = await (
      await alone(shell('echo "loss: 3" > "$3/m.json"', { metricFile: "{save}/m.json" }))
    ).run();
    expect(broken.outcome.status === "failed" && broken.outcome.message).toContain("needs one JSON object");
  });

  it("gets an empty argument for {load} at first, and the directory afterwards", async () => {
    const trainer = shell(
      'echo "$# [$2]" > "$3/s"; if [ -n "$2" ]; then cat "$2/s"; fi; echo \'polytempo {"q": 1}\'',
    );
    const member = await alone(trainer);
    const first = await member.run();
    const second = await member.run(after(first.segment));
    expect(second.outcome.status).toBe("ok");
    const failing = shell('cat "$2/s" > "$3/s"; exit 9');
    const tail = (await (await alone(failing)).run(after(first.segment))).outcome;
    expect(tail).toMatchObject({ status: "failed", message: "the trainer exited with code 9" });
  });

  it("may start anew in each segment, when that is said", async () => {
    const trainer = commandTrainer({
      command: [
        "sh",
        "-c",
        'echo s > "$2/s"; echo "polytempo {\\"step\\": 1, \\"q\\": $1}"; echo "polytempo {\\"step\\": 20, \\"q\\": $1}"',
        "sh",
        "{h0}",
        "{save}",
      ],
      restart: true,
    });
    const { outcome } = await (await alone(trainer)).run({ fromStep: 10, untilStep: 20 });
    expect(outcome).toEqual({ status: "ok", step: 20, metrics: { q: 0.25 }, using: null });
  });

  it("runs in a shell only when that is asked for, with values quoted", async () => {
    const folder = join(temporary(), "it's $HOME");
    mkdirSync(folder);
    const trainer = commandTrainer({
      command: ["echo {h0} {load} > {save}/s && echo 'polytempo {\"q\": '$(cat {save}/s)'}'"],
      shell: true,
    });
    const { outcome } = await (await alone(trainer)).run({ save: folder });
    expect(outcome).toMatchObject({ status: "ok", metrics: { q: 0.25 } });
  });

  it.each([
    ["step 10 q=0.5", "Its output has \"q=\" before a number: --metric-regex 'q=([-+.\\w]+)' reads that"],
    [
      "epoch 1 (q: 1e-3)",
      "Its output has \"q: \" before a number: --metric-regex 'q: ([-+.\\w]+)' reads that",
    ],
    ["seq=1 q2=3 quick", 'Print a line polytempo {"q": 0.3}, or name a line of its own with --metric-regex'],
  ])("is told how its metric could be read when it prints %s", async (line, advice) => {
    const command = ["sh", "-c", `echo '${line}'; echo {h0} {load} > {save}/s`];
    const { outcome } = await (await alone(commandTrainer({ command }))).run();
    expect(outcome).toMatchObject({ status: "failed", cause: "metric" });
    expect((outcome as { readonly message: string }).message).toBe(
      `no value for the metric "q": the trainer reported nothing. ${advice}${advice.startsWith("Print") ? ", or a file with --metric-file" : ""}`,
    );
  });

  it("is told where values come from when it has no placeholder and reports nothing", async () => {
    const { outcome } = await (await alone(commandTrainer({ command: ["true"] }))).run();
    expect(outcome).toMatchObject({ status: "failed", cause: "metric" });
    expect((outcome as { readonly message: string }).message).toContain(
      "The command passes no values: give it placeholders such as --h0 {h0} --resume {load} --save {save}",
    );
  });

  it("is refused before anything runs when its program is not there", async () => {
    await expect(bench(commandTrainer({ command: ["polytempo-no-such-program"] }))).rejects.toThrow(
      'command: no program "polytempo-no-such-program" on PATH',
    );
    const path = temporary();
    symlinkSync(process.execPath, join(path, "python3"));
    await expect(bench(commandTrainer({ command: ["python", "-V"], env: { PATH: path } }))).rejects.toThrow(
      'no program "python" on PATH. There is python3: use that?',
    );
    await expect(bench(commandTrainer({ command: ["./nowhere.sh"] }))).rejects.toThrow(
      "./nowhere.sh is no executable file",
    );
  });
});
