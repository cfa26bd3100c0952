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
              <th scope="col">
                <span class="visually-hidden">quantity</span>
              </th>
              {runs.map(({ run }, i) => (
                <th key={run} scope="col" class="n wrap">
                  <RunDot place={i} />
                  <a href={hrefOf({ kind: "run", run, page: "overview" })}>{run}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {resultsOf(runs).map(([name, ...cells]) => (
              <tr key={name}>
                <th scope="row" class="wrap">
                  {name}
                </th>
                {cells.map((cell, i) => (
                  <td key={runs[i]!.run} class="n wrap whole">
                    {unbroken(cell)}
                  </td>
                ))}
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

/** What came out of each run: a row for each quantity, a cell for each run. */
function resultsOf(runs: CompareMeta["runs"]): (readonly [string, ...string[]])[] {
  const row = (name: string, of: (run: ComparedRun) => string): readonly [string, ...string[]] => [
    name,
    ...runs.map(of),
  ];
  const between = ([low, high]: readonly [number, number], digits?: number): string =>
    `${number(low, digits)} to ${number(high, digits)}`;
  return [
    row("metric", ({ metric }) => `${metric.name} (${metric.mode})`),
    row("best, as selected", ({ best }) => number(best, 4)),
    row("at step", ({ bestStep }) => (bestStep === null ? "–" : count(bestStep))),
    row("winner evaluated anew", ({ again }) => number(again?.mean, 4)),
    row("95 % interval", ({ again }) => (again?.interval == null ? "–" : between(again.interval, 4))),
    row("median at the end", (run) => number(run.median, 4)),
    row(`difference of medians to ${runs[0]?.run ?? "the first"}`, ({ difference }) =>
      number(difference?.estimate),
    ),
    row("90 % interval", ({ difference }) =>
      difference === null ? "–" : between([difference.low, difference.high]),
    ),
    row("members", ({ members }) => count(members)),
    row("steps of all members", ({ memberSteps }) => count(memberSteps)),
    row("state", ({ phase }) => phase),
  ];
}

/** Lines break between words only: a browser would also end one after the hyphen of 2.1e-3. */
const unbroken = (text: string): preact.ComponentChildren =>
  text.split(" ").flatMap((word, i) => [
    i === 0 ? "" : " ",
    <span key={i} class="nobreak">
      {word}
    </span>,
  ]);

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
