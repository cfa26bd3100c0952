import type { ComponentType, VNode } from "preact";
import type { RunPage } from "../state/location.ts";
import { lazyPage } from "../ui/lazy.tsx";
import { OverviewAnswers } from "./OverviewAnswers.tsx";

type Drawn = typeof import("./drawn.ts");

/** The pages that draw. */
export interface Pages {
  readonly run: Readonly<Record<RunPage, ComponentType>>;
  readonly compare: ComponentType;
}

/** What draws figures is fetched after the run's facts and answers are on the screen. */
export function lazyPages(load: () => Promise<Drawn>): Pages {
  let known: Drawn | null = null;
  const all = async (): Promise<Drawn> => (known ??= await load());
  const of = (pick: (all: Drawn) => ComponentType, waiting?: () => VNode): ComponentType =>
    lazyPage(
      () => all().then(pick),
      waiting,
      () => (known === null ? null : pick(known)),
    );
  return {
    run: {
      overview: of((all) => all.OverviewPage, OverviewAnswers),
      fitness: of((all) => all.FitnessPage),
      hyperparameters: of((all) => all.HyperparametersPage),
      lineage: of((all) => all.LineagePage),
      dynamics: of((all) => all.DynamicsPage),
      members: of((all) => all.MembersPage),
      events: of((all) => all.EventsPage),
    },
    compare: of((all) => all.ComparePage),
  };
}
