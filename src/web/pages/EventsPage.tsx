import { useSignal } from "@preact/signals";
import type { Feed, FeedEntry } from "../../server/index.ts";
import { requestOf, runPath } from "../data/access.ts";
import { useJson } from "../data/query.ts";
import { atBoundaries, currentRun, nameOf, progress } from "../data/run.ts";
import { access } from "../data/source.ts";
import { parameter, setParameters } from "../state/location.ts";
import { cursor, selection, selectMember, setCursor } from "../state/selection.ts";
import { clock, count, plural, readable } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { toast } from "../ui/feedback.tsx";

const kinds = ["copy", "mutation", "failed", "generation", "intervention", "control", "warning"];
const limit = 100;

/** View 13. What happened? Both logs as one list, newest first. */
export function EventsPage() {
  const frame = useFrame("events");
  const older = useSignal<{
    readonly key: string;
    readonly entries: readonly FeedEntry[];
    readonly next: string | null;
  } | null>(null);
  const chosen = selection.value;
  const onlyMember = parameter("only") !== null && chosen.kind === "members" ? chosen.ids.at(-1)! : null;
  const ask = (before: string | null): string | null =>
    currentRun.value === null
      ? null
      : requestOf(runPath(currentRun.value, "/feed"), {
          limit: access.value.kind === "snapshot" ? null : limit,
          q: parameter("q"),
          kind: parameter("kind"),
          member: onlyMember,
          until: parameter("until"),
          before,
        });
  const answer = useJson<Feed>(
    () => ask(null),
    () => atBoundaries() * 8 + (progress.value?.paused === true ? 1 : 0),
    frame.visible,
  );
  const key = ask(null) ?? "";
  const more = older.value?.key === key ? older.value : null;
  const until = parameter("until") === null ? Infinity : Number(parameter("until"));
  // A file holds the newest events as one answer: those that are too new are left out here.
  const fresh = (answer.data?.entries ?? []).filter(
    ({ generation }) => access.value.kind === "server" || generation === null || generation <= until,
  );
  const known = new Set(fresh.map(({ id }) => id));
  const entries = [...fresh, ...(more?.entries.filter(({ id }) => !known.has(id)) ?? [])];
  const next = more === null ? (answer.data?.next ?? null) : more.next;
  const loadMore = async (): Promise<void> => {
    const request = ask(next);
    if (request === null || next === null) return;
    try {
      const page = await access.peek().json<Feed>(request);
      older.value = { key, entries: [...(more?.entries ?? []), ...page.entries], next: page.next };
    } catch {
      toast("The older events could not be read.");
    }
  };
  const human = entries.filter((entry) => entry.human).length;
  return (
    <>
      <h1>Events</h1>
      <div class="grid one">
        <Panel
          frame={frame}
          question="What happened?"
          answer={
            answer.data === null
              ? ""
              : fresh.length === 0
                ? "Nothing matches."
                : `Last: ${readable(fresh[0]!.text)}${human > 0 ? ` ${plural(human, "event")} here by a person.` : ""}`
          }
          needs={[answer]}
          tools={
            <>
              <label>
                Search
                <input
                  type="search"
                  value={parameter("q") ?? ""}
                  onInput={(event) => setParameters({ q: event.currentTarget.value })}
                />
              </label>
              <label>
                Kind
                <select
                  value={parameter("kind") ?? ""}
                  onChange={(event) => setParameters({ kind: event.currentTarget.value })}
                >
                  <option value="">all</option>
                  {kinds.map((kind) => (
                    <option key={kind}>{kind}</option>
                  ))}
                </select>
              </label>
              <label>
                <input
                  type="checkbox"
                  checked={parameter("only") !== null}
                  onChange={(event) => setParameters({ only: event.currentTarget.checked ? "1" : null })}
                />
                only the selected member
              </label>
              {parameter("until") !== null && (
                <span>
                  up to generation {count(Number(parameter("until")) + 1)}{" "}
                  <button class="link" onClick={() => setParameters({ until: null })}>
                    Newest
                  </button>
                </span>
              )}
            </>
          }
          footer={[
            plural(entries.length, "event") + " listed",
            next === null ? "to the beginning" : "older ones on request",
          ]}
          table={() => ({
            columns: ["time", "generation", "member", "kind", "text"],
            rows: entries.map((entry) => [
              clock(entry.timeMs),
              entry.generation === null ? null : entry.generation + 1,
              entry.member === null ? null : nameOf(entry.member),
              entry.kind,
              entry.text,
            ]),
          })}
        >
          <div class="virtual" tabIndex={0} role="region" aria-label="Events">
            <table>
              <thead>
                <tr>
                  {["gen", "time", "kind", "member", "what"].map((title) => (
                    <th key={title} scope="col">
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <tr
                    key={entry.id}
                    data-human={entry.human ? "" : undefined}
                    aria-selected={entry.generation !== null && entry.generation === cursor.value}
                  >
                    <td>
                      {entry.generation === null ? (
                        "–"
                      ) : (
                        <button class="link" onClick={() => setCursor(entry.generation)}>
                          {count(entry.generation + 1)}
                        </button>
                      )}
                    </td>
                    <td class="soft">{clock(entry.timeMs)}</td>
                    <td>{entry.human ? `${entry.kind} (by a person)` : entry.kind}</td>
                    <td>
                      {entry.member === null ? (
                        ""
                      ) : (
                        <button class="link" onClick={() => selectMember(entry.member!)}>
                          {nameOf(entry.member)}
                        </button>
                      )}
                    </td>
                    <td class="wrap">{readable(entry.text)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {next !== null && (
            <p class="tools">
              <button onClick={() => void loadMore()}>Older events</button>
            </p>
          )}
        </Panel>
      </div>
    </>
  );
}
