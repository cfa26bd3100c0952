/**
 * The dashboard's API, complete: what each route takes and gives. Text is JSON (`Content-Type: application/json`);
 * numbers in bulk are `Columns` (`application/octet-stream`, `decodeColumns` of src/figures): the interfaces named
 * `…Meta` are their `meta`, and the comment of each lists their arrays. Everything here is also what a snapshot holds.
 *
 * Routes (`:run` is a name from `GET /api/runs`, percent-encoded):
 *
 *     GET  /api/session                                   SessionFacts
 *     POST /api/session            { token }              204, Set-Cookie · 403
 *     GET  /api/runs                                      RunList
 *     GET  /api/runs/:run                                 RunManifest            ≤ 100 kB
 *     GET  /api/runs/:run/generations?from                Columns<GenerationsMeta>
 *     GET  /api/runs/:run/columns?metric&members&x0&x1&px&smooth Columns<CurvesMeta>
 *     GET  /api/runs/:run/ancestry?member&generation&metric&x0&x1&px&smooth Columns<AncestryMeta>
 *     GET  /api/runs/:run/fan?metric&x0&x1&px             Columns<FanMeta>
 *     GET  /api/runs/:run/raster?metric&x0&x1&px&sort     Columns<RasterMeta>
 *     GET  /api/runs/:run/population?from&until           Columns<PopulationMeta>
 *     GET  /api/runs/:run/hyperparameters?name            Columns<ProgressionMeta>
 *     GET  /api/runs/:run/shares                          Columns<SharesMeta>
 *     GET  /api/runs/:run/lineage?from&limit&newest       Columns<LineageMeta>
 *     GET  /api/runs/:run/effective-fitness?name&window   SliceSet
 *     GET  /api/runs/:run/effective-fitness/pair?x&y&window   Columns<PairMeta>
 *     GET  /api/runs/:run/separation                      SeparationFacts
 *     GET  /api/runs/:run/members                         MemberTable
 *     GET  /api/runs/:run/members/:member?generation      MemberFacts
 *     GET  /api/runs/:run/members/:member/schedule.csv?generation   text/csv
 *     GET  /api/runs/:run/members/:member/log?bytes       LogTail
 *     GET  /api/runs/:run/feed?after&before&until&limit&q&kind&member    Feed
 *     GET  /api/runs/:run/export.csv?what                 text/csv (full data: `evaluations`, `samples`, `generations`)
 *     GET  /api/runs/:run/snapshot                        a snapshot file (gzip), as a download
 *     GET  /api/compare?runs&metric&px                    Columns<CompareMeta>
 *     GET  /api/events?run                                server-sent events: see `ServerMessage`
 *     POST /api/runs/:run/controls    ControlBody         202 ControlAnswer · 403 · 409
 *
 * Errors are `ApiError` with status 400 (bad parameter), 403 (Host, Origin or token), 404, 405, 409 (no process runs it).
 */
export type * from "./types/session.ts";
export type * from "./types/runs.ts";
export type * from "./types/curves.ts";
export type * from "./types/population.ts";
export type * from "./types/analysis.ts";
export type * from "./types/members.ts";
export type * from "./types/feed.ts";
export type * from "./types/compare.ts";
export type * from "./types/live.ts";
export type * from "./types/snapshot.ts";
