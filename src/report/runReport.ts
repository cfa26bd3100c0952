import type { RunAnswers } from "./ask.ts";
import { bibtex } from "./bibtex.ts";
import { type Block, heading, type Report, text } from "./blocks.ts";
import { evidence, schedulePicture } from "./figures.ts";
import { count, date, duration, number, times } from "./numbers.ts";
import {
  environmentTable,
  finalistsTable,
  happenedTable,
  membersTable,
  outcome,
  qualityTable,
  scheduleTable,
  settingsTable,
  spaceTable,
} from "./tables.ts";

export interface ReportContext {
  /** Version of the package. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The report of one run: the answer first, then the evidence, the method, and everything. */
export function runReport(answers: RunAnswers, { version, nowMs }: ReportContext): Report {
  const { manifest, run } = answers;
  const schedule = schedulePicture(answers);
  const blocks: (Block | null)[] = [
    heading(1, manifest.run),
    text(
      `${times(manifest.members, "member")} · ${manifest.metric.name}, ${manifest.metric.mode === "min" ? "lower" : "higher"} is better · seed ${manifest.seed} · ${date(nowMs)} · Polytempo ${version}`,
      "quiet",
    ),
    manifest.control == null ? null : text(`This is a ${manifest.control.title}.`, "warning"),
    heading(2, "Answer", "answer"),
    text(answerOf(answers), "answer"),
    manifest.soup == null ? null : text(manifest.soup.text),
    manifest.intervened
      ? text("A person intervened in this run: the seed alone does not reproduce it.", "warning")
      : null,
    ...(manifest.phase === "live" ? [text("The run goes on: this is how it stands.", "warning")] : []),
    ...manifest.quality.alarms.map((alarm) => text(`Alarm: ${alarm}.`, "warning")),
    outcome(answers),
    finalistsTable(answers),
    schedule === null ? null : { kind: "figure", ...schedule },
    scheduleTable(answers),
    text(
      "To train a fresh model with this schedule, to get the winner's checkpoint, and the schedule as data:",
    ),
    {
      kind: "code",
      language: "sh",
      text: commands(answers),
    },
    heading(2, "Evidence", "evidence"),
    ...evidence(answers).map((figure): Block => ({ kind: "figure", ...figure })),
    manifest.control?.panel == null ? null : text(manifest.control.panel),
    heading(3, "Quality or noise?"),
    text(manifest.quality.answer),
    qualityTable(answers),
    heading(2, "Method", "method"),
    text(methodOf(answers)),
    manifest.quality.note === null
      ? null
      : text(`The score at the newest slow step: ${manifest.quality.note}.`),
    spaceTable(answers),
    settingsTable(answers),
    environmentTable(answers, version),
    heading(2, "Everything", "everything"),
    happenedTable(answers) ?? text("No failure, no warning, no intervention."),
    membersTable(answers),
    heading(3, "To cite"),
    { kind: "code", language: "bibtex", text: bibtex(version, new Date(nowMs).getUTCFullYear()) },
  ];
  return {
    title: `${run.run} · Polytempo report`,
    blocks: blocks.filter((block) => block !== null),
  };
}

function answerOf({ manifest }: RunAnswers): string {
  const { best, metric, names } = manifest;
  if (best === null) return "No member has a value yet, so there is no winner.";
  const name = names[best.member] ?? `m${best.member}`;
  const path = best.ancestry.map((id) => names[id] ?? `m${id}`).join(" ← ");
  const line = best.ancestry.length > 1 ? ` Its line: ${path}.` : "";
  const { again } = best;
  if (again === null) {
    return `The best state is that of ${name} at step ${count(best.step)}: ${metric.name} ${number(best.value)}. It was not evaluated anew: chosen as the best of many noisy values, this one flatters.${line}`;
  }
  const interval =
    again.interval === null
      ? ""
      : ` (95 % interval ${number(again.interval[0])} … ${number(again.interval[1])})`;
  const before =
    again.mean === best.value
      ? "It is exactly the value that it was selected with: evaluating this model draws nothing at random, so another data set would have to tell how much of it is luck."
      : `It had been selected with ${number(best.value)}.`;
  return `The winner is ${name} at step ${count(best.step)}: ${metric.name} ${number(again.mean)}${interval}, from ${times(again.evaluations, "fresh evaluation")}. ${before}${line}`;
}

function commands({ manifest, winner }: RunAnswers): string {
  const run = shell(manifest.run);
  const member = winner === null ? "" : ` --member ${winner.row.name}`;
  return [
    `polytempo replay ${run}${member}`,
    `polytempo best ${run}${member} --copy-to model/`,
    `polytempo schedule ${run}${member} --csv -o schedule.csv`,
    `polytempo verify ${run}`,
  ].join("\n");
}

/** A word for a shell. */
const shell = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replaceAll("'", `'\\''`)}'`;

function methodOf({ manifest }: RunAnswers): string {
  const { rules, interval, mode, members, stop, control } = manifest;
  const kinds = rules as { readonly [name: string]: { readonly kind?: string } | undefined };
  const rule = (name: string): string => kinds[name]?.kind ?? "unknown";
  const ends = Object.entries(stop).map(([name, value]) => endOf(name, value));
  const kind = control?.kind ?? null;
  const what =
    kind === null
      ? "Population-based training"
      : kind === "frozen"
        ? "Frozen control"
        : "Random-search control";
  const copied =
    kind === "random-search"
      ? "nothing is copied and nothing changed: independent runs of the same budget"
      : kind === "frozen"
        ? `copied by ${rule("selection")}, and not changed: copies keep their hyperparameters`
        : `copied by ${rule("selection")}, and changed by ${rule("mutation")}`;
  return `${what} of ${times(members, "member")}, ${mode}: after every ${count(interval)} steps each member is scored by ${rule("fitness")}${kind === "random-search" ? "; " : ", "}${copied}. The run stops ${ends.join(" or ") || "by no rule of its own"}. Every decision is in the decision log of run.db, and polytempo verify derives them again.`;
}

/** A rule of stopping in words. */
function endOf(name: string, value: number): string {
  switch (name) {
    case "target":
      return `when the best reaches ${number(value)}`;
    case "patience":
      return `after ${times(value, "generation")} without a better value`;
    case "seconds":
      return `after ${duration(1000 * value)}`;
    default:
      return `after ${count(value)} ${value === 1 ? name.replace(/s$/, "") : name}`;
  }
}
