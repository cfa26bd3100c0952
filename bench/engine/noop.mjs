// The trainer of noop.py without the client: the lines of the protocol by hand, so that the client's share is seen.
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [reading, writing] = process.env.POLYTEMPO_CHANNEL.split(",").map(Number);
const out = createWriteStream("", { fd: writing });
const send = (message) => out.write(`${JSON.stringify(message)}\n`);
const state = Buffer.alloc(1024);

send({ type: "hello", protocol: 1, client: "bench" });
for await (const line of createInterface({ input: createReadStream("", { fd: reading }) })) {
  const message = JSON.parse(line);
  if (message.type === "close") break;
  if (message.type !== "segment") continue;
  const { id, load, save, until_step: step, hyperparameters: using } = message;
  if (load) readFileSync(join(load, "state"));
  writeFileSync(join(save, "state"), state);
  send({ type: "report", id, step, metrics: { q: using.x }, using });
  send({ type: "done", id, step, metrics: { q: using.x } });
}
process.exit(0);
