/**
 * Kills and resumes small runs for a while, and compares each with an undisturbed one.
 *
 *     node scripts/soak.mjs [--minutes 10] [--seed 1] [--lanes 2]
 *
 * Prints a line for each run. On a difference: keeps the run's directory, says where it is, exits with 1.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { register } from "tsx/esm/api";

register();
const { bundleController, decisionLines, perform } = await import("../test/recovery/harness.ts");
const { disturbed } = await import("../test/recovery/disturbed.ts");
const { key, stream } = await import("../src/random/index.ts");

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    lanes: { type: "string", default: "2" },
  },
});
const until = Date.now() + Number(values.minutes) * 60_000;
const root = mkdtempSync(join(tmpdir(), "polytempo-soak-"));
const script = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../test/recovery/toy.sh");
const bundle = await bundleController();
const calm = new Map();
let stories = 0;
let kills = 0;
let broken = 0;

/** The undisturbed log of an order; the number of slots does not matter to it. */
function calmLines(order) {
  const name = `${order.trainer}-${order.members}-${order.stop.steps}`;
  if (!calm.has(name)) {
    const directory = join(root, `calm-${name}`);
    const lines = perform(bundle.file, { ...order, directory }).then(() => decisionLines(directory));
    calm.set(name, lines);
  }
  return calm.get(name);
}

function problemsOf(order, story, expected) {
  const problems = [];
  if (!story.verified) problems.push("its decisions cannot be derived again");
  if (story.left.length > 0) problems.push(`processes left: ${story.left.join(", ")}`);
  if (order.mode === "asynchronous") {
    const own = story.lines
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === "evaluation")
      .map(({ member, generation }) => `${member}/${generation}`);
    if (new Set(own).size !== own.length) problems.push("an evaluation was doubled");
  } else if (story.lines.join("\n") !== expected.join("\n")) {
    problems.push("its log differs from that of an undisturbed run");
  }
  return problems;
}

async function lane(number) {
  const draws = stream(key(Number(values.seed)), "soak", number);
  for (let i = 0; Date.now() < until; i++) {
    const kinds = ["typescript", "typescript", "batch", "command"];
    const trainer = kinds[draws.integer(kinds.length)];
    const order = {
      trainer,
      action: "run",
      mode: trainer === "typescript" && draws.integer(3) === 0 ? "asynchronous" : "synchronous",
      slots: 1 + draws.integer(4),
      members: 2 + draws.integer(5),
      stop: { steps: trainer === "command" ? 12 : 30 + 30 * draws.integer(4) },
      script,
      directory: join(root, `run-${number}-${i}-end`),
    };
    const expected = order.mode === "asynchronous" ? [] : await calmLines(order);
    const story = await disturbed(bundle.file, order, draws.bits(), 2 + draws.integer(10));
    const problems = problemsOf(order, story, expected);
    stories++;
    kills += story.kills;
    const what = `${order.trainer} ${order.mode} members=${order.members} slots=${order.slots} kills=${story.kills}`;
    if (problems.length === 0) {
      console.log(`ok      ${what}`);
      rmSync(order.directory, { recursive: true, force: true });
    } else {
      broken++;
      console.log(`BROKEN  ${what}: ${problems.join("; ")} (${order.directory})`);
    }
  }
}

mkdirSync(root, { recursive: true });
try {
  await Promise.all(Array.from({ length: Number(values.lanes) }, (_, number) => lane(number)));
} finally {
  bundle.remove();
}
console.log(`${stories} runs, ${kills} kills, ${broken} broken`);
if (broken === 0) rmSync(root, { recursive: true, force: true });
process.exitCode = broken === 0 ? 0 : 1;
