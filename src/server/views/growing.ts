import type { MemberId } from "../../population/index.ts";
import { fanLevels } from "../data/generationTable.ts";
import { missing } from "../failure.ts";
import { type Fan, GrowingFan } from "../metrics/fan.ts";
import { Follower } from "../metrics/follow.ts";
import type { Grid, LastRows, PixelRows } from "../metrics/pixels.ts";
import { readEvaluations, type Source } from "../metrics/read.ts";
import { LastSheet, LineSheet, type Sheet } from "../metrics/sheet.ts";
import type { OpenRun } from "../openRun.ts";

/** @throws Refusal 404 when the run knows no such metric */
export function sourceOf(run: OpenRun, metric: string): Source {
  if (run.reader.metricNames().includes(metric)) return "samples";
  if (metric === run.facts.metric.name) return "evaluations";
  throw missing(`${run.run}: has no metric ${metric}`);
}

/** Every member that the run has or, in a replay, the members whose path it walks. */
export const everyMember = (run: OpenRun): MemberId[] =>
  run.facts.legs.length > 0
    ? [...new Set(run.facts.legs.map(({ member }) => member))].toSorted((a, b) => a - b)
    : run.fold.members.map(({ id }) => id);

/** Members' curves in a sheet, which takes in what the run writes as it goes on. */
class Drawing<S extends Sheet> {
  readonly sheet: S;
  /** As in `RangeMeta`. */
  readonly bucketSamples: number;
  /** Of the run, as far as it has been taken in. */
  version: number;
  readonly #metric: string;
  /** null: drawn from evaluations. */
  readonly #follower: Follower | null;
  readonly #seq: number;

  private constructor(
    sheet: S,
    metric: string,
    follower: Follower | null,
    at: { readonly version: number; readonly seq: number },
  ) {
    this.sheet = sheet;
    this.#metric = metric;
    this.bucketSamples = follower?.bucketSamples ?? 1;
    this.version = at.version;
    this.#follower = follower;
    this.#seq = at.seq;
  }

  static async of<S extends Sheet>(
    run: OpenRun,
    metric: string,
    members: readonly MemberId[],
    sheet: S,
  ): Promise<Drawing<S>> {
    const at = { version: run.version, seq: run.fold.nextSeq };
    if (sourceOf(run, metric) === "samples") {
      const whole = sheet.grid.x0 <= 0 && sheet.grid.x1 >= run.lastStep();
      const follower = await Follower.begin(run.reader, metric, members, sheet, whole);
      return new Drawing(sheet, metric, follower, at);
    }
    readEvaluations(run.fold.segments, members, (row, table) => sheet.fill(row, table));
    return new Drawing(sheet, metric, null, at);
  }

  /** False when it must be drawn anew. */
  follow(run: OpenRun): boolean {
    if (this.version === run.version) return true;
    const goesOn =
      this.#follower === null
        ? this.#seq === run.fold.nextSeq && sourceOf(run, this.#metric) === "evaluations"
        : this.#follower.follow();
    if (goesOn) this.version = run.version;
    return goesOn;
  }
}

/** The curves of all members, which the fan and the raster share. */
export class AllCurves {
  readonly #drawing: Drawing<LastSheet>;
  readonly #grows: boolean;
  readonly #fan: GrowingFan;
  /** First pixel that the fan has not seen as it is. */
  #unseen = 0;

  private constructor(drawing: Drawing<LastSheet>, grows: boolean) {
    this.#drawing = drawing;
    this.#grows = grows;
    this.#fan = new GrowingFan(drawing.sheet.grid.px, fanLevels);
    drawing.sheet.settle();
  }

  static async read(run: OpenRun, metric: string, grid: Grid): Promise<AllCurves> {
    const members = everyMember(run);
    const grows = run.standing().phase === "live";
    const drawing = await Drawing.of(run, metric, members, new LastSheet(members.length, grid, grows));
    return new AllCurves(drawing, grows);
  }

  /** Last values at the pixels' ends. */
  get pixels(): LastRows {
    return this.#drawing.sheet.held;
  }

  get bucketSamples(): number {
    return this.#drawing.bucketSamples;
  }

  /** The run's version that they are of. */
  get version(): number {
    return this.#drawing.version;
  }

  get bytes(): number {
    return this.#drawing.sheet.bytes;
  }

  /** Takes in what came since. False when they must be read anew. */
  follow(run: OpenRun): boolean {
    if (!this.#grows) return this.version === run.version;
    // Founders are told one by one in a run that has just begun.
    if (everyMember(run).length !== this.pixels.rows || !this.#drawing.follow(run)) return false;
    this.#unseen = Math.min(this.#unseen, this.#drawing.sheet.settle());
    return true;
  }

  get fan(): Fan {
    this.#fan.look(this.pixels, this.#unseen);
    this.#unseen = this.pixels.px;
    return this.#fan.fan;
  }
}

/** The curves of a few members, as lines. */
export class LineCurves {
  readonly #drawing: Drawing<LineSheet>;

  private constructor(drawing: Drawing<LineSheet>) {
    this.#drawing = drawing;
  }

  static async read(
    run: OpenRun,
    metric: string,
    members: readonly MemberId[],
    grid: Grid,
  ): Promise<LineCurves> {
    return new LineCurves(await Drawing.of(run, metric, members, new LineSheet(members.length, grid)));
  }

  get pixels(): PixelRows {
    return this.#drawing.sheet.pixels;
  }

  get bucketSamples(): number {
    return this.#drawing.bucketSamples;
  }

  get version(): number {
    return this.#drawing.version;
  }

  get bytes(): number {
    return 8 * this.pixels.last.byteLength;
  }

  follow(run: OpenRun): boolean {
    return this.#drawing.follow(run);
  }

  /** Pixels in which samples of the i-th member were no numbers. */
  noNumbers(i: number): number[] {
    return this.#drawing.sheet.noNumbers(i);
  }
}
