import type { CompareMeta } from "../../server/index.ts";
import { hrefOf } from "../state/location.ts";
import { count, number, value } from "../ui/format.ts";

/** Results side by side, and the settings in which the runs differ. */
export function CompareTables({ meta }: { readonly meta: CompareMeta }) {
  const { runs, differences } = meta;
  return (
    <>
      <section class="panel scroll" tabIndex={0} aria-label="Results">
        <h2>What came out?</h2>
        <table>
          <thead>
            <tr>
              {[
                "run",
                "metric",
                "members",
                "best",
                "at step",
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
            {runs.map((run) => (
              <tr key={run.run}>
                <td>
                  <a href={hrefOf({ kind: "run", run: run.run, page: "overview" })}>{run.run}</a>
                </td>
                <td>{`${run.metric.name} (${run.metric.mode})`}</td>
                <td class="n">{count(run.members)}</td>
                <td class="n">{number(run.best, 4)}</td>
                <td class="n">{run.bestStep === null ? "–" : count(run.bestStep)}</td>
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
        {differences.length === 0 ? (
          <p class="soft">Their settings are the same.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">setting</th>
                {runs.map(({ run }) => (
                  <th key={run} scope="col">
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
                    <td key={i} class="mono">
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
        <table>
          <thead>
            <tr>
              <th scope="col">hyperparameter</th>
              {runs.map(({ run }) => (
                <th key={run} scope="col" class="n">
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
