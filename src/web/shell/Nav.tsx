import { standalone } from "../environment.ts";
import { currentRun } from "../data/run.ts";
import { hrefOf, type Route, route, type RunPage, runPages } from "../state/location.ts";
import { sharedParameters } from "../state/selection.ts";

const titles: Readonly<Record<RunPage, string>> = {
  overview: "Overview",
  fitness: "Fitness",
  hyperparameters: "Hyperparameters",
  lineage: "Lineage",
  dynamics: "Dynamics",
  members: "Members",
  events: "Events",
};

function Link({
  to,
  text,
  current,
}: {
  readonly to: Route;
  readonly text: string;
  readonly current: boolean;
}) {
  return (
    <li>
      <a href={hrefOf(to, sharedParameters)} aria-current={current ? "page" : undefined}>
        {text}
      </a>
    </li>
  );
}

/** Pages of the run, then those beyond it. */
export function Nav() {
  const at = route.value;
  const run = currentRun.value;
  return (
    <nav class="nav" aria-label="Pages">
      <ul>
        {run !== null &&
          runPages.map((page) => (
            <Link
              key={page}
              to={{ kind: "run", run, page }}
              text={titles[page]}
              current={at.kind === "run" && at.page === page}
            />
          ))}
      </ul>
      {run !== null && <hr />}
      <ul>
        <Link to={{ kind: "runs" }} text="All runs" current={at.kind === "runs"} />
        <Link to={{ kind: "compare" }} text="Compare" current={at.kind === "compare"} />
        {!standalone && <Link to={{ kind: "lab", name: null }} text="Theory" current={at.kind === "lab"} />}
      </ul>
    </nav>
  );
}
