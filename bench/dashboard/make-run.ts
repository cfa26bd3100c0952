/**
 * Makes a run without training: the real slow clock over a made-up fast one, with as many samples as asked.
 *
 *     npx tsx bench/dashboard/make-run.ts --members 1000 --points 100000 --out runs/large
 */
import { parseArgs } from "node:util";
import { syntheticRun } from "../../src/server/fixtures/synthetic.ts";

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "1000" },
    points: { type: "string", default: "100000" },
    generations: { type: "string", default: "20" },
    failure: { type: "string", default: "0.002" },
    seed: { type: "string", default: "7" },
    out: { type: "string", default: "runs/synthetic" },
  },
});
const members = Number(values.members);
const generations = Number(values.generations);
const samples = Math.round(Number(values.points) / generations);
const started = performance.now();

async function make(): Promise<void> {
  await syntheticRun(values.out, {
    members,
    generations,
    interval: samples,
    samples,
    seed: Number(values.seed),
    failure: Number(values.failure),
    relaxation: samples / 20,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${values.out}: ${members} members × ${samples * generations} points in ${seconds} s`);
}

void make();
