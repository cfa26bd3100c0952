import { quantiles } from "../../math/index.ts";
import type { Diagnostics } from "../../population/index.ts";
import type { StoredDecisionEvent } from "../../store/index.ts";
import { facesOf, type RunFacts } from "./facts.ts";
import type { SegmentTable } from "./segmentTable.ts";
import { f32, f64, i32, u32, type Vector } from "./vector.ts";

/** Levels of every fan. */
export const fanLevels = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1] as const;

/** Bins of a hyperparameter's density. */
export const densityBins = 48;

/** Beneath this share of their scale, which is 1 here, sums of zeros are rounding noise. */
const rounding = 1e-12;

/** A quantity of scale 1 (an encoded coordinate, a standard deviation) without the noise of rounding. */
export const withoutNoise = (value: number): number => (Math.abs(value) < rounding ? 0 : value);

/** Measures of the clocks that have a series of their own. */
export const temporalNames = [
  "separation",
  "relaxation",
  "fluctuation",
  "persistence",
  "heritability",
  "reliability",
  "explained",
  "noiseSeeking",
] as const;
export type TemporalName = (typeof temporalNames)[number];

/** What is known of a run when a generation closes. */
interface AtClose {
  readonly members: readonly { readonly founder: number; readonly parentRow: number }[];
  readonly segments: SegmentTable;
  /** Generations closed. */
  readonly generation: number;
  readonly alive: number;
  /** Copies made so far. */
  readonly copies: number;
  readonly best: { readonly member: number; readonly value: number; readonly step: number } | null;
}

/** One row per closed generation (asynchronous: window of as many boundaries as members), as columns. */
export class GenerationTable {
  readonly #facts: RunFacts;
  readonly #faces: ReturnType<typeof facesOf>;
  /** Segment rows before this generation's. */
  readonly firstRow: Vector<Uint32Array> = u32();
  readonly seq: Vector<Uint32Array> = u32();
  readonly generation: Vector<Uint32Array> = u32();
  readonly step: Vector<Float64Array> = f64();
  /** `[G, 7]` */
  readonly quantiles: Vector<Float64Array> = f64();
  readonly best: Vector<Float64Array> = f64();
  readonly bestMember: Vector<Int32Array> = i32();
  readonly bestSoFar: Vector<Float64Array> = f64();
  readonly bestSoFarStep: Vector<Float64Array> = f64();
  readonly bestSoFarMember: Vector<Int32Array> = i32();
  readonly copies: Vector<Uint32Array> = u32();
  readonly failed: Vector<Uint32Array> = u32();
  readonly alive: Vector<Uint32Array> = u32();
  readonly founders: Vector<Uint32Array> = u32();
  readonly lineages: Vector<Float64Array> = f64();
  readonly effectiveSize: Vector<Float64Array> = f64();
  readonly ancestorAge: Vector<Float64Array> = f64();
  readonly differential: Vector<Float64Array> = f64();
  readonly interventions: Vector<Uint32Array> = u32();
  /** What the slow step measured over recent generations, `[G]` each; NaN: unknown. */
  readonly temporal: { readonly [name in TemporalName]: Vector<Float64Array> } = {
    separation: f64(),
    relaxation: f64(),
    fluctuation: f64(),
    persistence: f64(),
    heritability: f64(),
    reliability: f64(),
    explained: f64(),
    noiseSeeking: f64(),
  };
  /** `[G, K]` each */
  readonly change: Vector<Float64Array> = f64();
  readonly selection: Vector<Float64Array> = f64();
  readonly transmission: Vector<Float64Array> = f64();
  readonly diversity: Vector<Float64Array> = f64();
  readonly mean: Vector<Float64Array> = f64();
  readonly weighted: Vector<Float64Array> = f64();
  readonly atBound: Vector<Float32Array> = f32();
  /** Share of members per bin `[G, K, B]`. */
  readonly density: Vector<Float32Array> = f32();
  /** Founders alive after the step and how many members they have, from `shareStart[g]` on. */
  readonly shareStart: Vector<Uint32Array> = u32();
  readonly shareFounder: Vector<Uint32Array> = u32();
  readonly shareCount: Vector<Uint32Array> = u32();
  #rowsBefore = 0;
  #interventions = 0;
  #copiesBefore = 0;

  constructor(facts: RunFacts) {
    this.#facts = facts;
    this.#faces = facesOf(facts);
  }

  get count(): number {
    return this.generation.length;
  }

  /** The n-th closed generation that an event of this sequence number falls into. */
  indexOfSeq(seq: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.seq.at(middle) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A person's intervention: it is written after its generation's event, so it counts in that one. */
  intervention(): void {
    if (this.count > 0) this.interventions.put(this.count - 1, this.interventions.at(this.count - 1) + 1);
    else this.#interventions++;
  }

  close(fold: AtClose, event: StoredDecisionEvent, diagnostics: Diagnostics | null): void {
    const { segments } = fold;
    const [from, until] = [this.#rowsBefore, segments.count];
    this.#rowsBefore = until;
    this.firstRow.push(from);
    this.seq.push(event.seq);
    this.generation.push(this.#facts.legs.length > 0 ? this.count : event.generation);
    const values: number[] = [];
    let step = Number.NaN;
    let failed = 0;
    for (let row = from; row < until; row++) {
      if (segments.failed.at(row) === 1) failed++;
      if (!(segments.untilStep.at(row) <= step)) step = segments.untilStep.at(row);
      if (!Number.isNaN(segments.value.at(row))) values.push(segments.value.at(row));
    }
    this.step.push(step);
    for (const value of quantiles(values, fanLevels)) this.quantiles.push(value);
    const best = diagnostics?.best ?? null;
    this.best.push(best?.value ?? (values.length === 1 ? values[0]! : Number.NaN));
    this.bestMember.push(best?.member ?? -1);
    this.bestSoFar.push(fold.best?.value ?? Number.NaN);
    this.bestSoFarStep.push(fold.best?.step ?? Number.NaN);
    this.bestSoFarMember.push(fold.best?.member ?? -1);
    // Of an asynchronous run the diagnostics are of the last slow step of many that a generation here has.
    const own = this.#facts.mode === "asynchronous" ? null : diagnostics;
    this.copies.push(own?.copies ?? fold.copies - this.#copiesBefore);
    this.#copiesBefore = fold.copies;
    this.failed.push(own?.failed ?? failed);
    this.alive.push(fold.alive);
    this.founders.push(diagnostics?.survivingFounders ?? 1);
    this.lineages.push(diagnostics?.effectiveLineages ?? 1);
    this.effectiveSize.push(diagnostics?.effectiveSize ?? Number.NaN);
    this.differential.push(withoutNoise(diagnostics?.selectionDifferential?.standardised ?? Number.NaN));
    this.ancestorAge.push(ancestorAge(fold));
    this.interventions.push(this.#interventions);
    this.#interventions = 0;
    const temporal = diagnostics?.temporal;
    for (const name of temporalNames) {
      const value = name === "separation" ? temporal?.separation?.value : temporal?.[name];
      this.temporal[name].push(value ?? Number.NaN);
    }
    this.#traits(fold, from, until, diagnostics);
    this.#shares(fold);
  }

  #traits(fold: AtClose, from: number, until: number, diagnostics: Diagnostics | null): void {
    const { segments } = fold;
    for (const [k, name] of this.#facts.space.names.entries()) {
      const price = diagnostics?.price[name] ?? null;
      this.change.push(withoutNoise(price?.change ?? Number.NaN));
      this.selection.push(withoutNoise(price?.selection ?? Number.NaN));
      this.transmission.push(withoutNoise(price?.transmission ?? Number.NaN));
      this.diversity.push(diagnostics?.diversity[name] ?? Number.NaN);
      const bins = new Float32Array(densityBins);
      const face = this.#faces[k];
      let [total, sum, offspring, weighted, atBound] = [0, 0, 0, 0, 0];
      for (let row = from; row < until; row++) {
        const x = segments.coordinate(row, k);
        if (Number.isNaN(x)) continue;
        const children = segments.offspring.at(row);
        total++;
        sum += x;
        offspring += children;
        weighted += children * x;
        if (face !== null && face !== undefined && (x <= face[0] + 1e-6 || x >= face[1] - 1e-6)) atBound++;
        const bin = Math.min(densityBins - 1, Math.max(0, Math.floor(x * densityBins)));
        bins[bin] = bins[bin]! + 1;
      }
      this.mean.push(sum / total);
      this.weighted.push(offspring === 0 ? Number.NaN : weighted / offspring);
      this.atBound.push(face === null ? Number.NaN : atBound / total);
      for (const count of bins) this.density.push(total === 0 ? 0 : count / total);
    }
  }

  #shares(fold: AtClose): void {
    this.shareStart.push(this.shareFounder.length);
    const counts = new Map<number, number>();
    for (const { founder } of fold.members) counts.set(founder, (counts.get(founder) ?? 0) + 1);
    for (const founder of [...counts.keys()].toSorted((a, b) => a - b)) {
      this.shareFounder.push(founder);
      this.shareCount.push(counts.get(founder)!);
    }
  }
}

/** Generations since the newest segment that all members descend from; NaN when there is none. */
function ancestorAge({ members, segments, generation }: AtClose): number {
  if (members.length < 2 || new Set(members.map(({ founder }) => founder)).size > 1) return Number.NaN;
  const rows = new Set(members.map(({ parentRow }) => parentRow));
  // A parent's row comes before its children's, so the newest row is never an ancestor of the others.
  for (let row = segments.count - 1; row >= 0 && rows.size > 1; row--) {
    if (rows.delete(row)) rows.add(segments.parent.at(row));
  }
  const [last] = rows;
  return last === undefined || last < 0 ? Number.NaN : generation - 1 - segments.generation.at(last);
}
