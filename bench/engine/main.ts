/** What the engine itself costs: trainers that do nothing, resident processes and a vectorised one. */
import { autoFitness, instantaneous } from "../../src/population/index.ts";
import { options } from "../compute/options.ts";
import { resident } from "./resident.ts";
import { stages } from "./stages.ts";
import { type VectorisedRow, vectorised } from "./vectorised.ts";

const { rounds, seconds, python, only } = options(process.argv.slice(2));
const wanted = (part: string): boolean => only.size === 0 || only.has(part);
const quick = seconds < 1;

/** @param rows the first one is the heading */
function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  for (const row of rows) {
    console.log(
      `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}`,
    );
  }
}

if (wanted("resident")) {
  const size = { members: 16, slots: 2, generations: 10 };
  console.log(
    `\nResident no-op trainers, 1 kB checkpoint, ${size.members} members, ${size.slots} slots, ${size.generations} generations (ms per member-generation, median of ${rounds})`,
  );
  const rows = await resident(rounds, python, size);
  table([
    ["trainer", "steady", "", "cpu", "with start"],
    ...rows.map((row) => [
      row.trainer,
      row.msPerSegment.toFixed(2),
      `± ${(100 * row.spread).toFixed(0)} %`,
      row.cpuMsPerSegment.toFixed(2),
      row.msPerSegmentWithStart.toFixed(2),
    ]),
  ]);
}
if (wanted("vectorised")) {
  const generations = 6;
  const sizes = quick ? [10, 100, 1000] : [10, 100, 1000, 10_000];
  console.log(
    `\nVectorised no-op trainer, one shared checkpoint (µs per member and generation, median of ${rounds} runs of ${generations} generations)`,
  );
  const rows: VectorisedRow[] = [];
  for (const fitness of [instantaneous(), autoFitness()]) {
    rows.push(...(await vectorised(fitness, rounds, sizes, generations)));
  }
  table([
    ["fitness", "members", "wall", "", "cpu", ...stages],
    ...rows.map((row) => [
      row.fitness,
      String(row.members),
      row.usPerMember.toFixed(1),
      `± ${(100 * row.spread).toFixed(0)} %`,
      row.cpuUsPerMember.toFixed(1),
      ...stages.map((stage) => row.split[stage].toFixed(1)),
    ]),
  ]);
}
