import { setImmediate as nextTurn } from "node:timers/promises";
import type { MemberId } from "../../population/index.ts";
import {
  type MetricMark,
  type MetricState,
  type RunReader,
  samplesPerBucket,
  type StepRange,
} from "../../store/index.ts";
import { levelOf } from "./read.ts";
import type { Sheet } from "./sheet.ts";

/** Members whose series are read as of one moment. */
const membersAtOnce = 16;
/** The loop gives way to other requests after this many milliseconds. */
const turnMs = 15;
/** Of more members than this that must be read anew, all are: that gives way to other requests on its way. */
const mostAnew = 48;

/**
 * Draws the series of members into a sheet, from the rollup level that its grid can show, and then goes on with what is
 * appended to them. After each `follow` the sheet is what drawing everything anew would make of it.
 */
export class Follower {
  readonly #reader: RunReader;
  readonly #metric: string;
  readonly #members: readonly MemberId[];
  readonly #sheet: Sheet;
  readonly #level: number;
  readonly #marks: MetricMark[] = [];
  /** The bucket of each row that fills `[rows, 6]`. */
  readonly #open: Float64Array;

  readonly #range: StepRange;

  private constructor(
    reader: RunReader,
    metric: string,
    members: readonly MemberId[],
    sheet: Sheet,
    whole: boolean,
  ) {
    this.#reader = reader;
    this.#metric = metric;
    this.#members = members;
    this.#sheet = sheet;
    this.#range = whole ? {} : { from: sheet.grid.x0, until: sheet.grid.x1 };
    this.#level = levelOf(reader, metric, members, sheet.grid);
    this.#open = new Float64Array(members.length * 6);
  }

  /**
   * Reads all that is there. Gives way to other work between members, so that one large answer holds nobody up.
   * @param whole the grid takes in all steps, or nearly: nothing is gained by looking for those that it shows
   */
  static async begin(
    reader: RunReader,
    metric: string,
    members: readonly MemberId[],
    sheet: Sheet,
    whole = false,
  ): Promise<Follower> {
    const made = new Follower(reader, metric, members, sheet, whole);
    let since = performance.now();
    for (let row = 0; row < members.length; row += membersAtOnce) {
      for (const [i, state] of made.#read(members.slice(row, row + membersAtOnce)).entries())
        made.#draw(row + i, state);
      if (performance.now() - since < turnMs) continue;
      await nextTurn();
      since = performance.now();
    }
    return made;
  }

  /** Samples in one item that was read; 1: every sample. */
  get bucketSamples(): number {
    return this.#level < 0 ? 1 : samplesPerBucket(this.#level);
  }

  /**
   * Takes in what was appended since. All of it at once: nobody sees half of it.
   * @returns false when the sheet is of no use any more: the grid wants another level by now, or much must be read anew
   */
  follow(): boolean {
    if (levelOf(this.#reader, this.#metric, this.#members, this.#sheet.grid) !== this.#level) return false;
    const news = this.#reader.metricNews(this.#metric, this.#members, this.#marks);
    if (news.reduce((count, one) => count + (one === null ? 1 : 0), 0) > mostAnew) return false;
    for (const [row, one] of news.entries()) {
      if (one === null) {
        this.#sheet.clear(row);
        this.#draw(row, this.#read([this.#members[row]!])[0]!);
      } else if (one.samples.rows > 0) {
        this.#append(row, one.samples.numbers, one.samples.rows);
        this.#marks[row] = one.mark;
      }
    }
    return true;
  }

  #read(members: readonly MemberId[]): MetricState[] {
    return this.#reader.metricStates(this.#metric, members, this.#level, this.#range);
  }

  #draw(row: number, { table, open, mark }: MetricState): void {
    this.#sheet.fill(row, table);
    this.#marks[row] = mark;
    if (open === null) return;
    const { fromStep, untilStep, first, last, min, max } = open;
    this.#open.set([fromStep, untilStep, first, last, min, max], row * 6);
    this.#sheet.lay(row, this.#openOf(row));
  }

  #openOf(row: number): { readonly rows: number; readonly numbers: Float64Array } {
    return { rows: 1, numbers: this.#open.subarray(row * 6, row * 6 + 6) };
  }

  /** @param numbers samples as buckets of one */
  #append(row: number, numbers: Float64Array, rows: number): void {
    const size = this.bucketSamples;
    const open = this.#openOf(row);
    let count = this.#marks[row]!.samples % size;
    this.#sheet.lift(row);
    for (let i = 0; i < rows; i++) {
      merge(open.numbers, count === 0, numbers[i * 6]!, numbers[i * 6 + 3]!);
      count++;
      if (count < size) continue;
      this.#sheet.fill(row, open);
      count = 0;
    }
    if (count > 0) this.#sheet.lay(row, open);
  }
}

/** One more sample in a bucket, by the rules of the rollups: least and greatest pass over NaN. */
function merge(bucket: Float64Array, first: boolean, step: number, value: number): void {
  if (first) {
    bucket.fill(step, 0, 2);
    bucket.fill(value, 2, 6);
    return;
  }
  bucket[0] = Math.min(bucket[0]!, step);
  bucket[1] = Math.max(bucket[1]!, step);
  bucket[3] = value;
  if (Number.isNaN(bucket[4]!) || value < bucket[4]!) bucket[4] = value;
  if (Number.isNaN(bucket[5]!) || value > bucket[5]!) bucket[5] = value;
}
