import { setImmediate as nextTurn } from "node:timers/promises";
import { deflateRawSync, gzipSync } from "node:zlib";
import { type Column, column, encodeColumns, joinNames } from "../figures/index.ts";
import type { MemberId } from "../population/index.ts";
import type { Json } from "../space/index.ts";
import { Refusal } from "./failure.ts";
import type { OpenRun } from "./openRun.ts";
import { Parameters } from "./parameters.ts";
import type { Routes } from "./routes.ts";
import { signOf } from "./data/facts.ts";
import type { SnapshotMeta } from "./types.ts";
import type { Answer } from "./views/answer.ts";
import { summaryView } from "./views/manifest.ts";
import { ancestryOf } from "./views/members.ts";

/** Windows of the effective-fitness slices that a snapshot holds beside the default one. */
const snapshotWindows = [0, 5, 20];

/** Pixels of the curves that a snapshot holds. */
const px = 1500;

/** Members whose curves and details a snapshot holds at most. */
const mostMembers = 256;

/** Making a snapshot gives way to other requests after so many milliseconds. */
const turnMs = 15;

export interface SnapshotOptions {
  readonly version: string;
  readonly now?: () => number;
  /** Size of the file, nearly; what does not fit is left out, the least needed first. Default 8 MB. */
  readonly mostBytes?: number;
}

/** The canonical form of a request, under which a snapshot keeps its answer: path, then parameters sorted by name. */
export function snapshotKey(
  path: string,
  parameters: { readonly [name: string]: string | number } = {},
): string {
  const pairs = Object.keys(parameters)
    .toSorted()
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(String(parameters[name]))}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

const keyOf = (run: OpenRun, { path, parameters }: Request): string =>
  snapshotKey(`/runs/${encodeURIComponent(run.run)}${path === "" ? "" : `/${path}`}`, parameters);

interface Request {
  readonly path: string;
  readonly parameters: { readonly [name: string]: string | number };
}

/** The members that a snapshot tells of: the winner's line, then the others, the best first. */
function membersOf(run: OpenRun): MemberId[] {
  const { fold, facts } = run;
  const best = fold.winner ?? fold.best;
  const line =
    best === null ? [] : ancestryOf(run, fold.segments.rowOf(best.member, best.generation), best.member);
  const sign = signOf(facts);
  const merit = (value: number | null): number => (value === null ? -Infinity : sign * value);
  const ranked = fold.members.toSorted((a, b) => merit(b.value) - merit(a.value) || a.id - b.id);
  return [...new Set([...line, ...ranked.map(({ id }) => id)])].slice(0, mostMembers);
}

const curvesOf = ({ facts }: OpenRun, member: MemberId): Request => ({
  path: "columns",
  parameters: { members: member, metric: facts.metric.name, px },
});

/** The curve along the lineage of a member's winning or best state. */
const ancestryCurveOf = ({ facts }: OpenRun, member: MemberId): Request => ({
  path: "ancestry",
  parameters: { member, metric: facts.metric.name, px },
});

/** What a viewer asks of one run, in the order of need. */
function requestsOf(run: OpenRun): Request[] {
  const { facts, fold, reader } = run;
  const request = (path: string, parameters: Request["parameters"] = {}): Request => ({ path, parameters });
  const metrics = [...new Set([facts.metric.name, ...reader.metricNames()])];
  const names = facts.space.names;
  const members = membersOf(run);
  const last = Math.max(0, fold.generations!.count - 1);
  const every = Math.max(1, Math.ceil((last + 1) / Math.max(1, Math.floor(20_000 / facts.members))));
  return [
    request(""),
    request("generations"),
    request("fan", { metric: facts.metric.name, px }),
    request("shares"),
    request("separation"),
    request("effective-fitness"),
    ...names.map((name) => request("effective-fitness", { name })),
    ...names.map((name) => request("hyperparameters", { name })),
    request("members"),
    ...members.slice(0, 1).flatMap((member) => [request(`members/${member}`), ancestryCurveOf(run, member)]),
    request("population"),
    request("lineage", { newest: 1 }),
    request("feed"),
    request("feed", { limit: 500 }),
    ...["slot", "rank", "lineage"].map((sort) => request("raster", { metric: facts.metric.name, px, sort })),
    ...members.flatMap((member) => [
      curvesOf(run, member),
      request(`members/${member}`),
      ancestryCurveOf(run, member),
    ]),
    ...Array.from({ length: Math.ceil((last + 1) / every) }, (_, i) => {
      const generation = Math.min(last, i * every);
      return request("population", { from: generation, until: generation });
    }),
    ...names.flatMap((name) =>
      snapshotWindows.map((window) => request("effective-fitness", { name, window })),
    ),
    ...metrics.slice(1).map((metric) => request("fan", { metric, px })),
  ];
}

/**
 * Everything a viewer needs, as one packed file: the answers of the routes, as a server would give them now.
 * @returns gzip of columns with `SnapshotMeta`
 */
export async function snapshotOf(
  runs: readonly OpenRun[],
  routes: Routes,
  options: SnapshotOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const most = options.mostBytes ?? 8 * 1024 * 1024;
  const answers: Record<string, Json> = {};
  const arrays: Record<string, Column> = {};
  const leftOut: string[] = [];
  let bytes = 0;
  /** Packed alone, as it nearly will be among the others. */
  const fits = (packed: Uint8Array): boolean => {
    if (bytes + packed.length > most) return false;
    bytes += packed.length;
    return true;
  };
  const keep = (key: string, given: Answer | Uint8Array<ArrayBuffer>): void => {
    if (given instanceof Uint8Array || given.kind === "columns") {
      const encoded = given instanceof Uint8Array ? given : encodeColumns(given.value);
      if (fits(deflateRawSync(encoded, { level: 1 }))) arrays[key] = column(encoded);
      else leftOut.push(key);
    } else if (given.kind === "json") {
      if (fits(deflateRawSync(JSON.stringify(given.value), { level: 1 }))) answers[key] = given.value as Json;
      else leftOut.push(key);
    }
  };
  let since = performance.now();
  for (const run of runs) {
    for (const request of requestsOf(run)) {
      const { path, parameters } = request;
      const key = keyOf(run, request);
      if (key in answers || key in arrays) continue;
      const query = new Parameters(
        new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
      );
      try {
        keep(key, await routes.answer(run, path === "" ? [] : path.split("/"), query));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        leftOut.push(key);
      }
      if (performance.now() - since < turnMs) continue;
      await nextTurn();
      since = performance.now();
    }
  }
  if (runs.length > 1) {
    const names = joinNames(runs.map(({ run }) => run));
    const query = new Parameters(new URLSearchParams({ runs: names, px: "800" }));
    keep(snapshotKey("/compare", { runs: names }), await routes.compare(runs, query));
  }
  const meta: SnapshotMeta = {
    format: "polytempo-snapshot",
    version: 1,
    madeMs: (options.now ?? Date.now)(),
    polytempo: options.version,
    runs: runs.map(({ run }) => run),
    json: { ...answers, "/runs": { runs: runs.map(summaryView) as unknown as Json } },
    binary: Object.keys(arrays),
    leftOut,
    members: Object.fromEntries(
      runs.map((run) => {
        const held = membersOf(run).filter((member) => keyOf(run, curvesOf(run, member)) in arrays).length;
        return [run.run, { held, of: run.facts.members }];
      }),
    ),
  };
  return new Uint8Array(gzipSync(encodeColumns({ meta, arrays }), { level: 6 }));
}
