/** The compute benchmark: our executor against others on the workloads W1 to W4, alternating in one session. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { relaxedSimd } from "../../src/executors/index.ts";
import { w3 } from "./agents.ts";
import { w4 } from "./dqn.ts";
import { gemm } from "./gemm.ts";
import { options } from "./options.ts";
import { Peer, peerCommands, type Rate } from "./peers.ts";
import { inMembers, inWidth, userModel } from "./scaling.ts";
import { median, spread } from "./statistics.ts";
import { agentsSubject, dqnSubject, mlpSubject, type Subject } from "./subjects.ts";
import type { Threads } from "./threads.ts";
import { flops, type Mlp, w1, w2 } from "./workloads.ts";

const { rounds, seconds, python, tfjs, only, save } = options(process.argv.slice(2));
const wanted = (part: string): boolean => only.size === 0 || only.has(part);
const cores = availableParallelism();
const threads: Threads[] = [1, cores]
  .filter((workers, i, all) => all.indexOf(workers) === i)
  .flatMap((workers) => (relaxedSimd() ? [false, true] : [false]).map((relaxed) => ({ workers, relaxed })));

const busyNote =
  "The machine was busy: rates by the clock say little. Compare those per second of processor time " +
  "(perCpuSecond).";

interface Row {
  readonly workload: string;
  readonly who: string;
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly spread: number;
}
const rows: Row[] = [];
const report: Record<string, unknown> = {};

const peers: Peer[] = [];
const absent: Record<string, string> = {};
for (const [name, command] of Object.entries(peerCommands(python, tfjs))) {
  if (!["W1", "W2", "W3"].some(wanted)) break;
  const peer = await Peer.start(name, command);
  if (typeof peer === "string") absent[name] = peer;
  else peers.push(peer);
}

/** One after the other, `rounds` times, so that a slow minute of the machine slows all alike. */
async function compete(
  workload: string,
  subjects: readonly Subject[],
  request: Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  const peerSubjects: Subject[] =
    request === undefined
      ? []
      : peers.map((peer) => ({
          name: peer.name,
          measure: (time) => peer.measure({ ...request, workload, seconds: time }),
          close: () => Promise.resolve(),
        }));
  const all = [...subjects, ...peerSubjects];
  const results = new Map<string, Rate[]>(all.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of all) {
      const rate = await subject.measure(seconds);
      if (rate !== undefined) results.get(subject.name)!.push(rate);
    }
  }
  const found: Row[] = [...results].flatMap(([who, rates]) =>
    rates.length === 0
      ? []
      : [
          {
            workload,
            who,
            perSecond: median(rates.map((rate) => rate.perSecond)),
            perCpuSecond: median(rates.map((rate) => rate.perCpuSecond)),
            spread: spread(rates.map((rate) => rate.perSecond)),
          },
        ],
  );
  rows.push(...found);
  const peerNames = new Set(peers.map(({ name }) => name));
  const ofPeers = found.filter(({ who }) => peerNames.has(who));
  const best = Math.max(...ofPeers.map((row) => row.perSecond));
  const bestCpu = Math.max(...ofPeers.map((row) => row.perCpuSecond));
  const versus = (ratio: number): string =>
    Number.isFinite(ratio) && ratio > 0 ? ` (${ratio.toFixed(2)} ×)` : "";
  console.log(
    `\n${workload}: steps per second ± half the quartile distance, and per second of processor time; ` +
      `median of ${rounds} (× the best peer)`,
  );
  const number = (x: number): string => Math.round(x).toLocaleString("en-US").padStart(13);
  for (const row of found) {
    const clock = `${number(row.perSecond)} ± ${(row.spread * 100).toFixed(0)} %${versus(row.perSecond / best)}`;
    const cpu = `${number(row.perCpuSecond)}${versus(row.perCpuSecond / bestCpu)}`;
    console.log(`  ${row.who.padEnd(16)}${clock.padEnd(34)}${cpu}`);
  }
  for (const subject of subjects) await subject.close();
}

async function mlp(load: Mlp, stepsPerCall: number): Promise<void> {
  if (!wanted(load.name)) return;
  const subjects: Subject[] = [];
  for (const one of threads) subjects.push(await mlpSubject(load, stepsPerCall, one));
  await compete(load.name, subjects, { ...load, stepsPerCall });
  const row = rows.findLast(({ workload, who }) => workload === load.name && who.startsWith("wasm"))!;
  const gflops = (rate: number): string => ((rate * flops(load)) / 1e9).toFixed(1);
  console.log(`  ${row.who}: ${gflops(row.perSecond)} GFLOP/s, per thread ${gflops(row.perCpuSecond)}`);
}

if (wanted("gemm")) {
  const { limits, rows: products } = gemm();
  report["gemm"] = { limits, products };
  console.log("\nMatrix products on one thread (GFLOP/s; share of the same instructions without memory)");
  for (const [mode, most] of Object.entries(limits)) console.log(`  limit ${mode}: ${most.toFixed(1)}`);
  for (const { product, relaxed, gflops, ofLimit } of products) {
    const mode = relaxed ? "fma" : "plain";
    console.log(
      `  ${product.padEnd(22)}${mode.padEnd(7)}${gflops.toFixed(1).padStart(6)}  ${(ofLimit * 100).toFixed(0)} %`,
    );
  }
}
await mlp(w1, 64);
await mlp(w2, 8);
if (wanted("W3")) {
  const subjects: Subject[] = [];
  for (const one of threads) subjects.push(await agentsSubject(w3, one));
  await compete("W3", subjects, { ...w3, stepsPerCall: w3.steps });
}
if (wanted("W4")) {
  const subjects: Subject[] = [];
  for (const one of threads) subjects.push(await dqnSubject(w4, one));
  await compete("W4", subjects, undefined);
  const found = rows.filter(({ workload }) => workload === "W4");
  const best = (rate: (row: Row) => number): string => (2_500_000 / Math.max(...found.map(rate))).toFixed(0);
  console.log(
    `  500 agents × 10 episodes × 500 steps: ${best((row) => row.perSecond)} s, ` +
      `${best((row) => row.perCpuSecond)} s of processor time`,
  );
}
if (wanted("scaling")) {
  report["members"] = await inMembers(rounds, seconds);
  report["width"] = await inWidth(rounds, seconds);
  report["userModel"] = await userModel(rounds, seconds);
}
for (const [name, reason] of Object.entries(absent)) console.log(`\n${name} is absent: ${reason}`);
for (const peer of peers) peer.close();

if (save) {
  const machine = cpus()[0]?.model ?? "unknown";
  const date = new Date().toISOString().slice(0, 10);
  const versions = Object.fromEntries(peers.map(({ name, versions: v }) => [name, v]));
  const file = new URL(
    `../results/${date}-${machine
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .toLowerCase()}.json`,
    import.meta.url,
  );
  mkdirSync(new URL(".", file), { recursive: true });
  const systemLoad = loadavg()[0] ?? 0;
  const busy = systemLoad > 2 * cores;
  const all = {
    date,
    machine,
    cores,
    systemLoad,
    ...(busy ? { note: busyNote } : {}),
    node: process.version,
    rounds,
    seconds,
    versions,
    absent,
    rows,
    ...report,
  };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  console.log(`\nWritten to bench/results/${file.pathname.split("/").at(-1)}`);
}
