import type { MemberFacts, MemberRow, RunManifest } from "../../server/index.ts";
import { runPath } from "../data/access.ts";
import { currentRun, founderName, manifest, nameOf } from "../data/run.ts";
import { access } from "../data/source.ts";
import { csvOf, fileName, saveFrom, saveText } from "../export/save.ts";
import { asking, mayControl } from "../controls/request.ts";
import { selectLineage, selectMember } from "../state/selection.ts";
import { setParameters } from "../state/location.ts";
import { toast } from "../ui/feedback.tsx";
import { count, number, percent, value } from "../ui/format.ts";
import { founderColour } from "../ui/theme.ts";
import { descentOf } from "./descent.ts";
import { LogTail } from "./LogTail.tsx";

interface MemberDetailsProps {
  readonly facts: MemberFacts;
  readonly isBest: boolean;
  readonly selected: boolean;
}

const over = (phase: RunManifest["phase"]): boolean => phase === "ended" || phase === "stopped";

/** One member: value, hyperparameters, where it came from, its schedule, its log. */
export function MemberDetails({ facts, isBest, selected }: MemberDetailsProps) {
  const run = manifest.value;
  const { row } = facts;
  if (run === null) return null;
  return (
    <>
      <h2>
        <span class="swatch" style={{ background: founderColour(founderOf(facts)) }} aria-hidden="true" />
        {row.name}
        {isBest && <span class="chip">{over(run.phase) ? "winner" : "best so far"}</span>}
        {row.status !== "ok" && <span class="chip">{row.status}</span>}
      </h2>
      {!selected && <p class="soft small">Nothing is selected: this is the winner.</p>}
      {row.cause !== null && (
        <p class="notice" data-kind="error">
          {row.cause}
        </p>
      )}
      <State facts={facts} isBest={isBest} />
      <section>
        <h3>{run.phase === "live" ? "Now" : "At the end"}</h3>
        <dl class="pairs">
          <dt>{run.metric.name}</dt>
          <dd>
            {number(row.value, 4)}{" "}
            {row.change === null
              ? ""
              : `(${row.change > 0.0001 ? "+" : ""}${percent(row.change).replace(" ", "\u00a0")})`}
          </dd>
          <dt>rank</dt>
          <dd>{row.rank === null ? "–" : `${count(row.rank)} of ${count(run.members)}`}</dd>
          <dt>step</dt>
          <dd>{count(row.step)}</dd>
          <dt>copies made of it</dt>
          <dd>{count(row.children)}</dd>
          {row.founder !== founderOf(facts) && (
            <>
              <dt>founder</dt>
              <dd>{founderName(row.founder)}</dd>
            </>
          )}
          {pairs(row.hyperparameters)}
        </dl>
        {row.next !== null && (
          <>
            <h3>Next, since the last slow step</h3>
            <dl class="pairs">{pairs(row.next)}</dl>
          </>
        )}
        {!run.verified && (
          <p class="soft small">Hyperparameters are unverified: the trainer did not say them.</p>
        )}
      </section>
      <Ancestry facts={facts} />
      <Schedule facts={facts} />
      <section>
        <h3>Checkpoints</h3>
        {facts.checkpoints.length === 0 ? (
          <p class="soft">none kept</p>
        ) : (
          <p class="small">
            {facts.checkpoints
              .map(({ generation, step }) => `gen ${generation + 1} (step ${count(step)})`)
              .join(", ")}
          </p>
        )}
      </section>
      {facts.hasLog && <LogTail member={row.member} />}
      {mayControl.value && row.status !== "retired" && (
        <section>
          <button class="danger" onClick={() => (asking.value = { action: "retire", member: row.member })}>
            Retire {row.name}…
          </button>
        </section>
      )}
    </>
  );
}

/** Of the state that is looked at: its slot may since have become a copy of another lineage. */
const founderOf = ({ ancestry, row }: MemberFacts): number => ancestry.at(-1) ?? row.founder;

/** In the order in which the search space names them, as everywhere on the page. */
function declared(names: readonly string[]): string[] {
  const order = new Map(manifest.value?.hyperparameters.map(({ name }, i) => [name, i]));
  return names.toSorted((a, b) => (order.get(a) ?? order.size) - (order.get(b) ?? order.size));
}

const pairs = (hyperparameters: MemberRow["hyperparameters"]) =>
  declared(Object.keys(hyperparameters)).map((name) => (
    <>
      <dt key={name}>{name}</dt>
      <dd>{value(hyperparameters[name])}</dd>
    </>
  ));

/** The state that is looked at: the winning one, or the member's best evaluation, with what it was trained with. */
function State({ facts, isBest }: { readonly facts: MemberFacts; readonly isBest: boolean }) {
  const run = manifest.value;
  const leg = facts.legs.at(-1);
  if (run === null || leg === undefined) return null;
  const { best } = run;
  const wins = isBest && best !== null && best.generation === leg.generation;
  const again = wins ? best.again : null;
  return (
    <section data-state={wins ? "winner" : "shown"}>
      <h3>{wins ? "The winning state" : `Its state of generation ${leg.generation + 1}`}</h3>
      <dl class="pairs">
        <dt>{run.metric.name}</dt>
        <dd>{number(leg.value, 4)}</dd>
        {again !== null && (
          <>
            <dt>evaluated anew</dt>
            <dd>{number(again.mean, 4)}</dd>
          </>
        )}
        <dt>step</dt>
        <dd>{`${count(leg.untilStep)}, generation ${leg.generation + 1}`}</dd>
        {pairs(leg.hyperparameters)}
      </dl>
    </section>
  );
}

function Ancestry({ facts }: { readonly facts: MemberFacts }) {
  const ended = over(manifest.value?.phase ?? "live");
  const founder = founderOf(facts);
  return (
    <section>
      <h3>Came from</h3>
      <p class="ancestry">
        {facts.ancestry.map((member, i) => (
          <>
            {i > 0 && <span aria-label="copied from">←</span>}
            <button class="link" onClick={() => selectMember(member)}>
              {nameOf(member)}
            </button>
          </>
        ))}
      </p>
      <p>
        <button class="link" onClick={() => selectLineage(founder)}>
          Lineage of {founderName(founder)}
        </button>
      </p>
      <p class="soft small">{descentOf(facts, ended)}</p>
    </section>
  );
}

async function copyCommand(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast("Command copied");
  } catch {
    toast(text);
  }
}

function Schedule({ facts }: { readonly facts: MemberFacts }) {
  const run = manifest.value;
  if (run === null) return null;
  const names = declared([...new Set(facts.schedule.flatMap((entry) => Object.keys(entry.hyperparameters)))]);
  const save = (): void => {
    const name = `${fileName(run.run, facts.row.name, "schedule")}.csv`;
    const path = runPath(
      currentRun.value ?? run.run,
      `/members/${facts.row.member}/schedule.csv?generation=${facts.generation}`,
    );
    const url = access.value.download(path);
    if (url !== null) saveFrom(url, name);
    else {
      const rows = facts.schedule.map((entry) => [
        entry.fromStep,
        entry.untilStep,
        ...names.map((key) => {
          const of = entry.hyperparameters[key];
          return typeof of === "boolean" ? String(of) : (of ?? null);
        }),
      ]);
      saveText(csvOf({ columns: ["fromStep", "untilStep", ...names], rows }), name, "text/csv");
    }
  };
  return (
    <section>
      <h3>Schedule</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Schedule of ${facts.row.name}`}>
        <table data-schedule>
          <thead>
            <tr>
              <th scope="col" class="n">
                from
              </th>
              {names.map((name) => (
                <th key={name} scope="col" class="n">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.schedule.map((entry) => (
              <tr key={entry.fromStep}>
                <td class="n">{count(entry.fromStep)}</td>
                {names.map((name) => (
                  <td key={name} class="n">
                    {value(entry.hyperparameters[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="tools">
        <button onClick={save}>Save CSV</button>
        <button onClick={() => void copyCommand(facts.commands.replay)} title={facts.commands.replay}>
          Copy replay command
        </button>
        <button onClick={() => setParameters({ by: "ancestry" })}>Curve by ancestry</button>
      </p>
    </section>
  );
}
