import type { Columns } from "../figures/index.ts";
import {
  type Answer,
  type GenerationsMeta,
  type FanMeta,
  type LineageMeta,
  type MemberFacts,
  type MemberTable,
  type OpenRun,
  Parameters,
  type ProgressionMeta,
  type Routes,
  type RunManifest,
  type SeparationFacts,
  type SharesMeta,
  type SliceSet,
  type Feed,
} from "../server/index.ts";

/** What a report reads of a run: the answers that the dashboard gets. */
export interface RunAnswers {
  readonly run: OpenRun;
  readonly manifest: RunManifest;
  readonly generations: Columns<GenerationsMeta>;
  readonly fan: Columns<FanMeta>;
  readonly shares: Columns<SharesMeta>;
  readonly lineage: Columns<LineageMeta>;
  readonly progressions: readonly Columns<ProgressionMeta>[];
  readonly slices: SliceSet;
  readonly separation: SeparationFacts;
  readonly members: MemberTable;
  readonly winner: MemberFacts | null;
  /** Failures, warnings, interventions, controls: newest first. */
  readonly happened: Feed;
}

/** Hyperparameters that are drawn; the others are in the tables. */
export const mostDrawn = 12;

/** Asks the routes as a browser would. @throws Refusal 404 while the run's log is empty */
export async function askRun(run: OpenRun, routes: Routes): Promise<RunAnswers> {
  const ask = async (path: string, query: Record<string, string> = {}): Promise<Answer> =>
    await routes.answer(run, path === "" ? [] : path.split("/"), new Parameters(new URLSearchParams(query)));
  const json = async <T>(path: string, query?: Record<string, string>): Promise<T> => {
    const answer = await ask(path, query);
    if (answer.kind !== "json") throw new Error(`internal: ${path} gives ${answer.kind}`);
    return answer.value as T;
  };
  const columns = async <Meta>(path: string, query?: Record<string, string>): Promise<Columns<Meta>> => {
    const answer = await ask(path, query);
    if (answer.kind !== "columns") throw new Error(`internal: ${path} gives ${answer.kind}`);
    return answer.value as Columns<Meta>;
  };
  const manifest = await json<RunManifest>("");
  const names = manifest.hyperparameters.filter(({ topology }) => topology !== "fixed").slice(0, mostDrawn);
  const progressions: Columns<ProgressionMeta>[] = [];
  for (const { name } of names) progressions.push(await columns("hyperparameters", { name }));
  const best = manifest.best;
  return {
    run,
    manifest,
    generations: await columns("generations"),
    fan: await columns("fan", { px: "600" }),
    shares: await columns("shares"),
    lineage: await columns("lineage", { limit: "100000", newest: "1" }),
    progressions,
    slices: await json("effective-fitness"),
    separation: await json("separation"),
    members: await json("members"),
    winner:
      best === null ? null : await json(`members/${best.member}`, { generation: String(best.generation) }),
    happened: await json("feed", {
      limit: "500",
      kind: "failed,warning,intervention,control,segment-lost,segment-retry,segment-failed,resumed,orphan-killed,interval",
    }),
  };
}

/** An array's numbers; empty when it is not there. */
export const valuesOf = (from: Columns<unknown>, name: string): ArrayLike<number> =>
  from.arrays[name]?.values ?? [];
