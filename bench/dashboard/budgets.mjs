/**
 * Measures the dashboard's server against its budgets, on a run made by make-run.ts, and prints a table.
 *
 *     npm run build
 *     npx tsx bench/dashboard/make-run.ts --members 1000 --points 100000 --out runs/large
 *     node bench/dashboard/budgets.mjs --run runs/large
 *
 * Every time is measured twice: by the clock, and as the server's processor time, which does not grow with what other
 * programs do on the machine. A budget is kept when the clock keeps it, or when the machine was busy (more waits than it
 * has processors) and the processor time keeps it; the table shows both. The last part writes samples to the run as a
 * trainer would (four times a second, a sample of every member), while a browser's requests follow each message; like the
 * page they name the answer that they have (If-None-Match). What it takes to read the curves for the first time is in the
 * share that is told for a live run. Reads Linux's /proc for memory and processor time.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { values } = parseArgs({
  options: {
    run: { type: "string", default: "runs/large" },
    main: { type: "string", default: join(root, "dist", "cli", "main.js") },
    seconds: { type: "string", default: "20" },
  },
});
const directory = resolve(values.run);
const name = encodeURIComponent(basename(directory));
const megabyte = 1024 * 1024;
const rows = [];
const busy = () => loadavg()[0] > availableParallelism();
const report = (thing, measured, budget, unit, within, cpu) => {
  rows.push({
    thing,
    measured: `${measured} ${unit}`,
    budget: `${budget} ${unit}`,
    clock: within ? "yes" : "NO",
    processor: cpu === undefined ? "" : `${cpu.toFixed(0)} ms`,
    kept: within || (cpu !== undefined && cpu < budget && busy()) ? "yes" : "NO",
  });
};
/** From question to answer, and the server's processor time for it. */
const time = (thing, { ms, cpu }, budget) => report(thing, ms.toFixed(0), budget, "ms", ms < budget, cpu);

const child = spawn(process.execPath, [values.main, "dashboard", directory, "--json", "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const line = await new Promise((done, fail) => {
  createInterface({ input: child.stdout }).once("line", done);
  child.once("exit", (code) => fail(new Error(`the dashboard ended with ${code}`)));
});
const base = new URL(JSON.parse(line).url).origin;

const memory = (field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;
const processor = () => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

/** @param known tags of what was given last, by path, as the page remembers them */
async function get(path, known) {
  const before = processor();
  const started = performance.now();
  const tag = known?.get(path);
  const response = await fetch(
    `${base}/api${path}`,
    tag === undefined ? {} : { headers: { "If-None-Match": tag } },
  );
  const bytes = (await response.arrayBuffer()).byteLength;
  known?.set(path, response.headers.get("ETag") ?? tag);
  if (!response.ok && response.status !== 304) throw new Error(`${path}: ${response.status}`);
  return { ms: performance.now() - started, cpu: 1000 * (processor() - before), bytes };
}

try {
  const runs = `/runs/${name}`;
  const first = await get(runs);
  time("first paint: manifest, first time", first, 1000);
  report("manifest", (first.bytes / 1024).toFixed(0), 100, "kB", first.bytes < 100 * 1024);
  const manifest = await (await fetch(`${base}/api${runs}`)).json();
  const members = manifest.members;
  const again = await get(runs);
  time("manifest, again", again, 100);

  const fan = await get(`${runs}/fan?px=1500`);
  time("fan of 7 quantiles, 1500 px, first time", fan, 1000);
  report("fan of 7 quantiles, 1500 px", (fan.bytes / 1024).toFixed(0), 64, "kB", fan.bytes < 64 * 1024);
  const cached = await get(`${runs}/fan?px=1500`);
  time("fan, again", cached, 100);
  const raster = await get(`${runs}/raster?px=1500`);
  report("raster, 1500 px", (raster.bytes / megabyte).toFixed(2), 1.5, "MB", raster.bytes <= 1.6 * megabyte);
  time("raster, 1500 px (fan already read)", raster, 500);
  const some = Array.from({ length: Math.min(64, members) }, (_, i) => i).join(",");
  const curves = await get(`${runs}/columns?px=1500&members=${some}`);
  report("64 lines, M4", (curves.bytes / megabyte).toFixed(2), 1.5, "MB", curves.bytes < 1.6 * megabyte);
  time("64 lines, M4, first time", curves, 1000);
  const one = await get(`${runs}/columns?px=1500&members=3`);
  time("one line, M4, first time", one, 100);

  const end = manifest.step;
  let slowest = { ms: 0, cpu: 0 };
  for (let i = 0; i < 5; i++) {
    const [x0, x1] = [end * (0.1 * i + 0.05), end * (0.1 * i + 0.15)];
    const got = await get(`${runs}/columns?px=1500&members=3,5,7&x0=${x0}&x1=${x1}`);
    if (got.ms > slowest.ms) slowest = got;
  }
  time("brush: three lines on a tenth of the run, slowest of 5", slowest, 100);
  const zoomed = await get(`${runs}/fan?px=1500&x0=${0.4 * end}&x1=${0.5 * end}`);
  time("brush: fan on a tenth of the run, first time", zoomed, 1000);

  for (const route of [
    "generations",
    "shares",
    "lineage",
    "population",
    "members",
    "hyperparameters?name=lr",
    "effective-fitness",
    "separation",
    "feed",
    "members/3",
  ]) {
    const got = await get(`${runs}/${route}`);
    time(`${route} (${(got.bytes / 1024).toFixed(0)} kB)`, got, 300);
  }
  for (let i = 0; i < 12; i++)
    await get(
      `${runs}/fan?px=1500&x0=${(0.05 * i * end).toFixed(0)}&x1=${(0.05 * (i + 2) * end).toFixed(0)}`,
    );
  report(
    "server memory now, after 12 more zooms",
    memory("VmRSS").toFixed(0),
    150,
    "MB",
    memory("VmRSS") < 150,
  );
  report("server memory at most", memory("VmHWM").toFixed(0), 150, "MB", memory("VmHWM") < 150);

  await live(manifest, Number(values.seconds));
} finally {
  child.kill("SIGTERM");
}

/** A writer and a watching page, for some seconds. */
async function live(manifest, seconds) {
  const writer = new Worker(new URL("writer.mjs", import.meta.url), {
    workerData: {
      store: pathToFileURL(join(dirname(values.main), "..", "store", "index.js")).href,
      directory,
      generation: manifest.generation,
      members: manifest.members,
      step: manifest.step,
      metric: manifest.metric.name,
    },
  });
  await once(writer, "message");
  const stream = await fetch(`${base}/api/events?run=${name}`);
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  let messages = 0;
  let pulls = 0;
  let bytes = 0;
  let busy = false;
  const known = new Map();
  const pull = async () => {
    if (busy) return;
    busy = true;
    for (const path of ["fan?px=1500", "columns?px=1500&members=3,5,7"]) {
      bytes += (await get(`/runs/${name}/${path}`, known)).bytes;
      pulls++;
    }
    busy = false;
  };
  let text = "";
  await wait(1500);
  const until = performance.now() + seconds * 1000;
  const before = processor();
  const started = performance.now();
  while (performance.now() < until) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    const news = parts.filter((part) => part.includes("event: progress")).length;
    messages += news;
    if (news > 0) void pull();
  }
  const elapsed = (performance.now() - started) / 1000;
  const share = (100 * (processor() - before)) / elapsed;
  writer.postMessage("end");
  await once(writer, "exit");
  await reader.cancel();
  while (busy) await wait(20);
  report(
    "messages a second while live",
    (messages / elapsed).toFixed(1),
    4,
    "1/s",
    messages / elapsed <= 4.2,
  );
  report("processor while live, fan and lines pulled at each message", share.toFixed(1), 5, "%", share < 5);
  report(
    "pulled while live",
    (bytes / 1024 / elapsed).toFixed(0),
    1024,
    "kB/s",
    bytes / 1024 / elapsed < 1024,
  );
  report("server memory while live", memory("VmRSS").toFixed(0), 150, "MB", memory("VmRSS") < 150);
  report("pulls a second", (pulls / elapsed).toFixed(1), 8, "1/s", pulls / elapsed <= 8.4);
}

const wide = (key) => Math.max(...rows.map((row) => row[key].length), key.length);
const columns = ["thing", "measured", "budget", "clock", "processor", "kept"];
for (const row of [Object.fromEntries(columns.map((key) => [key, key])), ...rows]) {
  console.log(
    columns
      .map((key) => (key === "thing" ? row[key].padEnd(wide(key)) : row[key].padStart(wide(key))))
      .join("   "),
  );
}
console.log(
  `\n${loadavg()[0].toFixed(1)} processes ran or waited in the last minute, on ${availableParallelism()} processors.`,
);
process.exitCode = rows.every((row) => row.kept === "yes") ? 0 : 1;
