import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandTrainer } from "../../src/trainers/index.ts";
import { toySpace } from "./space.ts";

/** A controller to be killed: starts the command of its arguments in one slot and waits for it. */
const [directory, ...command] = process.argv.slice(2) as [string, ...string[]];
const trainer = commandTrainer({ command, level: 2 });
for (const name of ["logs", "scratch", "save"]) mkdirSync(join(directory, name), { recursive: true });
const session = await trainer.open({
  slot: 0,
  slots: 1,
  logs: join(directory, "logs"),
  scratch: join(directory, "scratch"),
  space: toySpace,
  metric: "q",
  seed: 1,
  devices: null,
  reap: { add: (pid) => writeFileSync(join(directory, "group"), String(pid)), remove: () => {} },
});
const segment = {
  member: 0,
  name: "m00",
  generation: 0,
  attempt: 1,
  hyperparameters: { h0: 0.5, h1: 0.5 },
  fromStep: 0,
  untilStep: 10,
  seed: 1,
  load: null,
  save: join(directory, "save"),
};
const hooks = { report: () => {}, note: () => {}, signal: new AbortController().signal };
await session.run([segment], hooks, () => {});
await session.close();
