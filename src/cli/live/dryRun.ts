import { availableParallelism } from "node:os";
import type { RunPlan, Trainer } from "../../engine/index.ts";
import { initialPopulation, memberName, rulesSpec, type Spec } from "../../population/index.ts";
import { key } from "../../random/index.ts";
import { freeName } from "../config/name.ts";
import type { Settings } from "../config/settings.ts";
import { runsFolder } from "../record/locate.ts";
import { table } from "../text/columns.ts";
import { duration, grouped, hyperparameter } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii } from "../text/style.ts";
import { join, resolve } from "node:path";
import type { World } from "../world.ts";

export interface DryRun {
  readonly plan: RunPlan;
  readonly trainer: Trainer;
  readonly settings: Settings;
  readonly name: string;
  readonly json: boolean;
}

/** What would run, how many evaluations that is, what it keeps on disk, and the first founders. */
export function dryRun({ plan, trainer, settings, name, json }: DryRun, world: World): string[] {
  const directory = settings.directory ?? join(runsFolder, freeName(name, resolve(world.cwd, runsFolder)));
  const population = initialPopulation(plan.space, plan.members, key(plan.seed), plan.rules);
  const founders = population.members.map((member) => plan.founders?.[member.id] ?? member.hyperparameters);
  const generations = generationsOf(plan);
  const rules = rulesSpec(plan.rules);
  if (json) {
    const { members, seed, metric, interval, mode, stop, retries, minAlive } = plan;
    return [
      JSON.stringify({
        v: 1,
        type: "dry-run",
        name,
        directory,
        members,
        seed,
        metric,
        interval,
        mode,
        stop,
        retries,
        minAlive,
        rules,
        space: plan.space.spec,
        trainer: { kind: trainer.kind, ...trainer.spec },
        slots: settings.slots ?? availableParallelism(),
        evaluations: generations === null ? null : generations * members,
        founders,
      }),
    ];
  }
  const cells = Math.max(40, world.out.columns - 1);
  const evaluations =
    generations === null
      ? "unknown: no budget of steps or generations"
      : `${grouped(generations)} generations × ${plan.members} members = ${grouped(generations * plan.members)} segments of ${plan.interval} steps`;
  const command = trainer.spec["command"];
  const lines = [
    `name       ${name}   (${directory})`,
    `trainer    ${plain(Array.isArray(command) ? command.join(" ") : trainer.kind)}`,
    `metric     ${plain(plan.metric.name)} (${plan.metric.mode})`,
    ...plan.space.names.map(
      (hp, index) =>
        `${index === 0 ? "space    " : "         "}  ${plain(hp)} ~ ${plain(plan.space.distributions[index]!.describe())}`,
    ),
    `slow clock ${ruleText(rules.selection)} · ${ruleText(rules.mutation)} · ${ruleText(rules.fitness)}${plan.rules.control === "none" ? "" : ` · control ${plan.rules.control}`}`,
    `seed       ${plan.seed}`,
    `slots      ${settings.slots ?? availableParallelism()}`,
    `stop       ${stopText(plan)}`,
    `cost       ${evaluations}`,
    `disk       at most ${diskText(plan, settings)}`,
    "",
    "first founders",
    ...table(
      [{ title: "member" }, ...plan.space.names.map((hp) => ({ title: plain(hp) }))],
      founders
        .slice(0, 5)
        .map((founder, id) => [
          memberName(id, plan.members),
          ...plan.space.names.map((hp) => plain(hyperparameter(founder[hp]))),
        ]),
      cells,
    ),
  ];
  return world.out.style.unicode ? lines : lines.map(ascii);
}

function generationsOf({ stop, interval }: RunPlan): number | null {
  const bySteps = stop.steps === undefined ? Number.POSITIVE_INFINITY : Math.ceil(stop.steps / interval);
  const least = Math.min(bySteps, stop.generations ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(least) ? least : null;
}

/** `truncation(fraction=0.2)`: as the flags write it. */
function ruleText({ kind, ...options }: Spec): string {
  const pairs = Object.entries(options).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? kind : `${kind}(${pairs.join(", ")})`;
}

function stopText({ stop }: RunPlan): string {
  const parts: string[] = [];
  if (stop.steps !== undefined) parts.push(`${grouped(stop.steps)} steps per member`);
  if (stop.generations !== undefined) parts.push(`${grouped(stop.generations)} generations`);
  if (stop.target !== undefined) parts.push(`target ${stop.target}`);
  if (stop.patience !== undefined) parts.push(`${stop.patience} generations without improvement`);
  if (stop.seconds !== undefined) parts.push(duration(1000 * stop.seconds));
  return parts.join(", or ");
}

function diskText(plan: RunPlan, settings: Settings): string {
  if (settings.diskBudgetBytes !== undefined) return "the disk budget";
  const generations = generationsOf(plan);
  if (settings.keep === "all" && generations !== null) {
    return `${grouped(generations * plan.members)} checkpoints (--keep all)`;
  }
  return `${grouped(2 * plan.members + 1)} checkpoints at once (old and new states, and the best)`;
}
