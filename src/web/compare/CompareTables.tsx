import type { ComparedRun, CompareMeta } from "../../server/index.ts";
import { hrefOf } from "../state/location.ts";
import { count, number, plural, value } from "../ui/format.ts";
import { runColour } from "../ui/theme.ts";

/** Results side by side, and the settings in which the runs differ. */
export function CompareTables({ meta }: { readonly meta: CompareMeta }) {
  const { runs, differences } = meta;
  return (
    <>
      <section class="panel scroll" tabIndex={0} aria-label="Results">
        <h2>What came out?</h2>
        <p class="answer">{outcomeOf(runs)}</p>
        <table>
          <thead>
            <tr>
              {[
                "run",
                "metric",
                "members",
                "best",
                "at step",
                "evaluated anew",
                "95 % interval",
                "steps of all members",
                "difference of medians",
                "90 % interval",
              ].map((title, i) => (
                <th key={title} scope="col" class={i > 1 ? "n" : ""}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run, i) => (
              <tr key={run.run}>
                <td class="wrap">
                  <RunDot place={i} />
                  <a href={hrefOf({ kind: "run", run: run.run, page: "overview" })}>{run.run}</a>
                </td>
                <td>{`${run.metric.name} (${run.metric.mode})`}</td>
                <td class="n">{count(run.members)}</td>
                <td class="n">{number(run.best, 4)}</td>
                <td class="n">{run.bestStep === null ? "–" : count(run.bestStep)}</td>
                <td class="n">{number(run.again?.mean, 4)}</td>
                <td class="n">
                  {run.again?.interval == null
                    ? "–"
                    : `${number(run.again.interval[0], 4)} to ${number(run.again.interval[1], 4)}`}
                </td>
                <td class="n">{count(run.memberSteps)}</td>
                <td class="n">{number(run.difference?.estimate)}</td>
                <td class="n">
                  {run.difference === null
                    ? "–"
                    : `${number(run.difference.low)} to ${number(run.difference.high)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="panel scroll" tabIndex={0} aria-label="Differences">
        <h2>Where do they differ?</h2>
        <p class="answer">
          {differences.length === 0
            ? "Their settings are the same."
            : `In ${plural(differences.length, "setting")}: ${differences
                .slice(0, 4)
                .map(({ path }) => path)
                .join(", ")}${differences.length > 4 ? " …" : ""}.`}
        </p>
        {differences.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">setting</th>
                {runs.map(({ run }, i) => (
                  <th key={run} scope="col" class="wrap">
                    <RunDot place={i} />
                    {run}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differences.map(({ path, values }) => (
                <tr key={path}>
                  <td class="mono">{path}</td>
                  {values.map((text, i) => (
                    <td key={i} class="mono wrap">
                      {text ?? "–"}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section class="panel scroll" tabIndex={0} aria-label="Hyperparameters of the best">
        <h2>What won?</h2>
        <p class="answer">The hyperparameters of the best of each of {runs.length} runs.</p>
        <table>
          <thead>
            <tr>
              <th scope="col">hyperparameter</th>
              {runs.map(({ run }, i) => (
                <th key={run} scope="col" class="n wrap">
                  <RunDot place={i} />
                  {run}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...new Set(runs.flatMap((run) => Object.keys(run.hyperparameters)))].map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {runs.map((run) => (
                  <td key={run.run} class="n">
                    {value(run.hyperparameters[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** The colour that the run has in the figure. */
const RunDot = ({ place }: { readonly place: number }) => (
  <span class="swatch run-dot" style={{ background: runColour(place) }} aria-hidden="true" />
);

/** Which run has the best value, as far as they measure the same: of fresh evaluations where every run has them. */
function outcomeOf(runs: CompareMeta["runs"]): string {
  const fresh = runs.every(({ again }) => again !== null);
  const valueOf = ({ best, again }: ComparedRun): number | null => (fresh ? again!.mean : best);
  const known = runs.filter((run) => valueOf(run) !== null);
  const [first] = known;
  if (first === undefined) return "No run has a value yet.";
  if (known.some(({ metric }) => metric.name !== first.metric.name || metric.mode !== first.metric.mode)) {
    return "They measure different things, so none is the best.";
  }
  const sign = first.metric.mode === "max" ? 1 : -1;
  const best = known.toSorted((a, b) => sign * (valueOf(b)! - valueOf(a)!))[0]!;
  const how = fresh ? "when the winners are evaluated anew" : "as selected";
  return `${best.run} has the best ${best.metric.name} ${how}: ${number(valueOf(best), 4)}, of ${plural(known.length, "run")}.`;
}
