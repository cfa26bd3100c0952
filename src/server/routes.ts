import { encodeColumns } from "../figures/index.ts";
import type { MemberId } from "../population/index.ts";
import type { Outline } from "./analysis/slices.ts";
import { AnswerCache, type Sized } from "./cache.ts";
import { badParameter, missing } from "./failure.ts";
import type { Grid } from "./metrics/pixels.ts";
import type { OpenRun } from "./openRun.ts";
import type { Parameters } from "./parameters.ts";
import type { Dependence, SeparationFacts, SliceSet } from "./types.ts";
import { ancestryView } from "./views/ancestry.ts";
import { dependenceView, outlinesView, pairView, separationView, slicesView } from "./views/analysis.ts";
import { type Answer, columns, json } from "./views/answer.ts";
import { compareView } from "./views/compare.ts";
import { type CurveRequest, curvesView, fanView, rasterView } from "./views/curves.ts";
import { exportLines, scheduleLines } from "./views/export.ts";
import { feedView } from "./views/feed.ts";
import { generationsView } from "./views/generations.ts";
import { AllCurves, LineCurves } from "./views/growing.ts";
import { lineageView } from "./views/lineage.ts";
import { logView } from "./views/log.ts";
import { manifestView } from "./views/manifest.ts";
import { membersView, memberView } from "./views/members.ts";
import { populationView, progressionView, sharesView } from "./views/population.ts";

const megabyte = 1024 * 1024;

/** Default window of the effective-fitness slices, in generations. */
export const defaultWindow = 10;

/** Routes of a run that give columns. */
const columnRoutes: ReadonlySet<string> = new Set([
  "generations",
  "columns",
  "ancestry",
  "fan",
  "raster",
  "population",
  "hyperparameters",
  "shares",
  "lineage",
  "effective-fitness/pair",
]);

/** Answers routes of runs, from caches where it can. Knows nothing of HTTP: a snapshot asks it too. */
export class Routes {
  readonly #readOnly: boolean;
  readonly #curves: AnswerCache<AllCurves>;
  readonly #lines: AnswerCache<LineCurves>;
  readonly #parts: AnswerCache<object>;
  readonly #encoded: AnswerCache<Uint8Array<ArrayBuffer>>;

  /** @param options.now clock by which answers cost much, in milliseconds */
  constructor(options: { readonly readOnly: boolean; readonly now?: () => number }) {
    const { readOnly, now } = options;
    this.#readOnly = readOnly;
    this.#curves = new AnswerCache(16 * megabyte, now);
    this.#lines = new AnswerCache(4 * megabyte, now);
    this.#parts = new AnswerCache(2 * megabyte, now);
    this.#encoded = new AnswerCache(8 * megabyte, now);
  }

  /** Lets go of what is kept of a run. */
  forget(run: string): void {
    for (const cache of [this.#curves, this.#lines, this.#parts, this.#encoded]) cache.forget(`${run}\n`);
  }

  /**
   * The answer as it is sent. Columns are bytes, kept until the run changes; JSON also tells of what is outside the run's
   * file (does its process live?), and CSV is made line by line: neither is kept.
   * @param request the path after the run's name, with its query: what two equal requests share
   */
  async respond(
    run: OpenRun,
    path: readonly string[],
    query: Parameters,
    request: string,
  ): Promise<Answer | Uint8Array<ArrayBuffer>> {
    if (!columnRoutes.has(path.join("/"))) return await this.answer(run, path, query);
    return await this.#keep(this.#encoded, run, request, async () => {
      const made = await this.answer(run, path, query);
      if (made.kind !== "columns") throw new Error(`internal: ${path.join("/")} gives ${made.kind}`);
      const value = encodeColumns(made.value);
      const { version = run.version } = made.value.meta as { readonly version?: number };
      return { value, bytes: value.length, version };
    });
  }

  /** @param version what the answer follows from: left out, all of the run's file */
  #keep<T>(
    cache: AnswerCache<T>,
    run: OpenRun,
    key: string,
    make: (before: T | undefined) => Promise<Sized<T>> | Sized<T>,
    version = run.version,
  ): Promise<T> {
    const { phase } = run.standing();
    return cache.get(keyOf(run, `${phase}\n${key}`), version, phase === "live", make);
  }

  /** Curves of all members on a grid: the fan and the raster share them. */
  readonly curves = (run: OpenRun, { metric, grid }: CurveRequest): Promise<AllCurves> =>
    this.#keep(this.#curves, run, gridKey(metric, grid), async (before) => {
      const value = before?.follow(run) === true ? before : await AllCurves.read(run, metric, grid);
      return { value, bytes: value.bytes, version: value.version };
    });

  /** Curves of some members. They are kept while they grow; of a run that has ended the answer is kept, not they. */
  async #linesOf(
    run: OpenRun,
    { metric, grid }: CurveRequest,
    members: readonly MemberId[],
  ): Promise<LineCurves> {
    if (run.standing().phase !== "live") return await LineCurves.read(run, metric, members, grid);
    const key = `${gridKey(metric, grid)}\n${members.join(",")}`;
    return await this.#keep(this.#lines, run, key, async (before) => {
      const value = before?.follow(run) === true ? before : await LineCurves.read(run, metric, members, grid);
      return { value, bytes: value.bytes, version: value.version };
    });
  }

  async #separation(run: OpenRun): Promise<SeparationFacts> {
    const value = await this.#keep(this.#parts, run, "separation", () => ({
      value: separationView(run),
      bytes: 8192,
    }));
    return value as SeparationFacts;
  }

  // Of decisions alone: samples, which come many times in a generation, change nothing of these three.
  async #dependence(run: OpenRun): Promise<Dependence> {
    const value = await this.#keep(
      this.#parts,
      run,
      "dependence",
      () => {
        const made = dependenceView(run);
        return { value: made, bytes: 64 + 8 * made.p.length };
      },
      run.fold.nextSeq,
    );
    return value as Dependence;
  }

  async #outlines(run: OpenRun): Promise<readonly Outline[]> {
    const dependence = await this.#dependence(run);
    const value = await this.#keep(
      this.#parts,
      run,
      "outlines",
      () => {
        const outlines = outlinesView(run, defaultWindow, dependence);
        return { value: outlines, bytes: 1024 * (1 + outlines.length) };
      },
      run.fold.nextSeq,
    );
    return value as readonly Outline[];
  }

  async #slices(run: OpenRun, name: string | undefined, window: number): Promise<SliceSet> {
    const dependence = await this.#dependence(run);
    const value = await this.#keep(
      this.#parts,
      run,
      `slices\n${name ?? ""}\n${window}`,
      () => {
        const slices = slicesView(run, name, window, dependence);
        return { value: slices, bytes: 4096 * (1 + slices.slices.length) };
      },
      run.fold.nextSeq,
    );
    return value as SliceSet;
  }

  /**
   * @param path what follows the run's name, split at slashes; empty: the manifest
   * @throws Refusal 400, 404
   */
  async answer(run: OpenRun, path: readonly string[], query: Parameters): Promise<Answer> {
    const [name = "", ...rest] = path;
    // Nothing but the manifest makes sense before the first event; this names the reason.
    void run.facts;
    if (name === "members") return this.#members(run, rest, query);
    if (rest.length === 1 && name === "effective-fitness" && rest[0] === "pair") {
      return columns(pairView(run, query.text("x"), query.text("y"), windowOf(query)));
    }
    if (rest.length > 0) throw missing(`No route ${path.join("/")}`);
    switch (name) {
      case "":
        return json(
          manifestView(run, {
            separation: await this.#separation(run),
            slices: await this.#outlines(run),
            readOnly: this.#readOnly,
          }),
        );
      case "generations":
        return columns(generationsView(run, query.integer("from", 0, 1e9, 0)));
      case "columns":
        return columns(await this.#columns(run, curveRequest(run, query), membersOf(run, query)));
      case "ancestry": {
        const { generation } = stateOf(query);
        const member = query.integer("member", 0, 1e9, run.fold.best?.member ?? 0);
        return columns(await ancestryView(run, curveRequest(run, query), member, generation));
      }
      case "fan": {
        const request = curveRequest(run, query);
        return columns(fanView(run, request, await this.curves(run, request)));
      }
      case "raster": {
        const request = curveRequest(run, query);
        const sort = query.choice("sort", ["slot", "rank", "lineage"], "slot");
        return columns(rasterView(run, request, await this.curves(run, request), sort));
      }
      case "population": {
        const last = Math.max(0, run.fold.generations!.count - 1);
        const until = query.integer("until", 0, 1e9, last);
        return columns(populationView(run, query.integer("from", 0, 1e9, until), until));
      }
      case "hyperparameters":
        return columns(progressionView(run, query.text("name", run.facts.space.names[0] ?? "")));
      case "shares":
        return columns(sharesView(run));
      case "lineage":
        return columns(
          lineageView(
            run,
            query.integer("from", 0, 1e12, 0),
            query.integer("limit", 1, 100_000, 20_000),
            query.integer("newest", 0, 1, 0) === 1,
          ),
        );
      case "effective-fitness":
        return json(await this.#slices(run, query.optional("name"), windowOf(query)));
      case "separation":
        return json(await this.#separation(run));
      case "feed":
        return json(
          feedView(run, {
            before: query.optional("before"),
            after: query.optional("after"),
            until: query.optional("until") === undefined ? undefined : query.integer("until", 0, 1e9, 0),
            limit: query.integer("limit", 1, 500, 100),
            text: query.text("q").toLowerCase(),
            kinds: new Set(
              query
                .text("kind")
                .split(",")
                .filter((kind) => kind !== ""),
            ),
            member: query.optional("member") === undefined ? undefined : query.integer("member", 0, 1e9, 0),
          }),
        );
      case "export.csv": {
        const what = query.choice("what", ["evaluations", "samples", "generations"], "evaluations");
        return { kind: "csv", file: `${what}.csv`, lines: exportLines(run, what) };
      }
      default:
        throw missing(`No route ${name.slice(0, 80)}`);
    }
  }

  async #columns(run: OpenRun, request: CurveRequest, members: readonly MemberId[]) {
    return await curvesView(run, request, members, await this.#linesOf(run, request, members));
  }

  async #members(run: OpenRun, path: readonly string[], query: Parameters): Promise<Answer> {
    const [word, part, ...more] = path;
    if (word === undefined) return json(membersView(run));
    if (more.length > 0 || !/^\d{1,9}$/.test(word)) throw missing(`No member ${word.slice(0, 40)}`);
    const id = Number(word);
    const { generation } = stateOf(query);
    if (part === undefined) return json(memberView(run, id, generation));
    if (part === "log") return json(logView(run, id, query.integer("bytes", 256, 262_144, 16_384)));
    if (part === "schedule.csv") {
      memberView(run, id, generation);
      return { kind: "csv", file: `schedule-m${id}.csv`, lines: scheduleLines(run, id, generation) };
    }
    throw missing(`No route members/${id}/${part.slice(0, 40)}`);
  }

  /** Two to eight runs. */
  async compare(runs: readonly OpenRun[], query: Parameters): Promise<Answer> {
    if (runs.length < 1 || runs.length > 8)
      throw badParameter(`runs: needs 1 to 8 names, got ${runs.length}`);
    for (const run of runs) void run.facts;
    return columns(await compareView(runs, query.optional("metric"), pixels(query), this.curves));
  }
}

const gridKey = (metric: string, { x0, x1, px }: Grid): string => `${metric}\n${x0}\n${x1}\n${px}`;

const keyOf = (run: OpenRun, key: string): string => `${run.run}\n${key}`;

const windowOf = (query: Parameters): number => query.integer("window", 0, 1e6, defaultWindow);

/** Which state of a member: undefined, where the query does not say. */
const stateOf = (query: Parameters): { readonly generation: number | undefined } => ({
  generation: query.optional("generation") === undefined ? undefined : query.integer("generation", 0, 1e9, 0),
});

const pixels = (query: Parameters): number => query.integer("px", 16, 4096, 1500);

function curveRequest(run: OpenRun, query: Parameters): CurveRequest {
  const grid: Grid = {
    x0: query.number("x0", 0),
    x1: query.number("x1", Math.max(1, run.lastStep())),
    px: pixels(query),
  };
  if (!(grid.x1 > grid.x0 && Number.isFinite(grid.x1 - grid.x0)))
    throw badParameter(`x0, x1: needs x0 < x1, got ${grid.x0}, ${grid.x1}`);
  const smooth = Math.max(0, query.number("smooth", 0));
  return { metric: query.text("metric", run.facts.metric.name), grid, smooth };
}

function membersOf(run: OpenRun, query: Parameters): number[] {
  const members = query.integers("members", 0, 1e9, 64);
  if (members.length > 0) return [...new Set(members)];
  const best = run.fold.best?.member;
  return best === undefined ? [] : [best];
}
