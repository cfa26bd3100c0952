import {
  type EncodedAxis,
  fanFigure,
  type Figure,
  type FreshBest,
  layOut,
  lineOf,
  overTimeFigure,
  priceFigure,
  progressionFigure,
  scheduleFigure,
  separationFigure,
  sharesFigure,
  slicesFigure,
  treeFigure,
} from "../figures/index.ts";
import { memberName } from "../population/index.ts";
import type { HyperparameterFacts } from "../server/index.ts";
import { mostDrawn, type RunAnswers, valuesOf } from "./ask.ts";
import { count, number, percent, times } from "./numbers.ts";

/** A figure of the report and the name of its file. */
export interface ReportFigure {
  readonly id: string;
  readonly figure: Figure;
}

const axisOf = ({ name, scale, ticks }: HyperparameterFacts): EncodedAxis => ({ name, scale, ticks });

/** The way of the winner's hyperparameters; null without a winner. */
export function schedulePicture({ run, manifest, winner }: RunAnswers): ReportFigure | null {
  if (winner === null || winner.legs.length === 0) return null;
  const { space } = run.facts;
  const moving = manifest.hyperparameters.filter(({ topology }) => topology !== "fixed");
  const copies = winner.legs.filter((leg, i) => i > 0 && leg.member !== winner.legs[i - 1]!.member).length;
  const figure = scheduleFigure({
    title: "The schedule that made the winner",
    caption: `${winner.row.name} was trained with ${times(winner.schedule.length, "setting")} in turn over ${count(winner.legs.at(-1)!.untilStep)} steps; ${times(copies, "copy", "copies")} on its way ${copies === 1 ? "is" : "are"} marked by dots.`,
    axes: moving.map(axisOf),
    legs: winner.legs.map((leg, i) => ({
      fromStep: leg.fromStep,
      untilStep: leg.untilStep,
      copied: i > 0 && leg.member !== winner.legs[i - 1]!.member,
      coordinates: moving.map(({ name }) => {
        const law = space.distributions[space.names.indexOf(name)]!;
        const value = leg.hyperparameters[name];
        return value !== undefined && law.contains(value) ? law.encode(value) : Number.NaN;
      }),
    })),
  });
  return { id: "schedule", figure };
}

/** The evidence, in the order of the questions. */
export function evidence(answers: RunAnswers): ReportFigure[] {
  const closed = valuesOf(answers.generations, "generation").length;
  if (closed === 0) return [];
  const chooses = answers.manifest.control?.panel == null;
  return [
    { id: "fitness", figure: fitness(answers) },
    { id: "lineages", figure: lineages(answers) },
    { id: "tree", figure: tree(answers) },
    ...(answers.progressions.length === 0
      ? []
      : [{ id: "hyperparameters", figure: hyperparameters(answers) }]),
    ...(answers.slices.slices.length === 0 ? [] : [{ id: "effective-fitness", figure: slices(answers) }]),
    { id: "separation", figure: separation(answers) },
    ...(chooses ? price(answers) : []),
    { id: "diversity", figure: diversity(answers) },
    ...(chooses ? [{ id: "selection", figure: strength(answers) }] : []),
  ];
}

function fitness({ manifest, fan }: RunAnswers): Figure {
  const { px, x0, x1, robust } = fan.meta;
  const quantiles = valuesOf(fan, "quantiles");
  const { metric } = manifest;
  const limits =
    robust === null ? {} : { yDomain: withBest(robust, [manifest.best?.value, manifest.best?.again?.mean]) };
  return fanFigure({
    title: "Is it improving?",
    caption: `${manifest.answers.improving} Bands are quantiles over all ${count(fan.meta.members)} members${robust === null ? "" : "; the axis leaves out the outermost 2 % of their values"}.`,
    x: Float64Array.from({ length: px }, (_, p) => x0 + ((p + 1) * (x1 - x0)) / px),
    xLabel: "step",
    yLabel: `${metric.name} (${metric.mode === "min" ? "lower" : "higher"} is better)`,
    quantiles: fan.meta.levels.map(
      (_, i) => Array.prototype.slice.call(quantiles, i * px, (i + 1) * px) as number[],
    ),
    best: valuesOf(fan, "bestSoFar"),
    again: freshOf(manifest),
    ...limits,
  });
}

/** The winner's fresh evaluations, where it stands. */
function freshOf({ best }: RunAnswers["manifest"]): FreshBest | null {
  if (best?.again == null) return null;
  return { x: best.step, mean: best.again.mean, interval: best.again.interval };
}

/** Limits that hold the best values too, as selected and anew, with a margin. */
function withBest(
  [low, high]: readonly [number, number],
  bests: readonly (number | undefined)[],
): readonly [number, number] {
  const known = bests.filter((value) => value !== undefined);
  const [from, until] = [Math.min(low, ...known), Math.max(high, ...known)];
  const margin = (until - from) * 0.04 || Math.abs(until) * 0.04 || 1;
  return [from - margin, until + margin];
}

const nameOf = ({ manifest }: RunAnswers, id: number): string =>
  manifest.names[id] ?? memberName(id, manifest.members);

function lineages(answers: RunAnswers): Figure {
  const { shares, manifest } = answers;
  const { founders } = shares.meta;
  const last = Array.prototype.slice.call(valuesOf(shares, "shares"), -founders.length) as number[];
  const most = last.indexOf(Math.max(...last));
  const leader = founders[most] === undefined || founders[most] === -1 ? null : founders[most];
  const end =
    leader === null
      ? ""
      : ` At the end ${percent(last[most]!)} of the members descend from ${nameOf(answers, leader)}.`;
  return sharesFigure({
    title: "Who is winning?",
    caption: `${shares.meta.surviving} of ${manifest.members} founders still ${shares.meta.surviving === 1 ? "has" : "have"} descendants.${end}`,
    generation: valuesOf(shares, "generation"),
    shares: valuesOf(shares, "shares"),
    names: founders.map((founder) => (founder < 0 ? "others" : nameOf(answers, founder))),
    other: founders.map((founder) => founder < 0),
    ...(manifest.best === null ? {} : { marked: founders.indexOf(manifest.best.ancestry.at(-1) ?? -2) }),
  });
}

function tree(answers: RunAnswers): Figure {
  const { lineage, shares, manifest } = answers;
  const { best } = manifest;
  const by = manifest.mode === "asynchronous" ? "step" : "generation";
  const laid = layOut(lineage, false, best, by);
  const line = new Map(lineOf(laid).map(({ strand, until }) => [strand, until]));
  const colours = shares.meta.founders;
  const ancestry = manifest.best?.ancestry ?? [];
  const path = ancestry.map((id) => nameOf(answers, id)).join(" ← ");
  return treeFigure({
    title: "Where did the winner come from?",
    caption: `${path === "" ? "No winner yet." : `The winner's line, newest first: ${path}.`} Drawn are ${count(laid.rows)} strands with descendants among the newest or the winner's, of ${count(laid.strands.length)}${lineage.meta.first > 0 ? `${by === "step" ? `, since step ${count(laid.first)}` : `, since generation ${laid.first + 1}`}` : ""}.`,
    by,
    strands: laid.shown.map((i) => {
      const strand = laid.strands[i]!;
      return {
        name: nameOf(answers, strand.member),
        row: strand.row,
        from: strand.from,
        until: strand.until,
        parentRow: strand.parent < 0 ? null : laid.strands[strand.parent]!.row,
        colour: colours.indexOf(strand.founder),
        surviving: strand.surviving,
        ...(line.has(i) ? { wonUntil: line.get(i)! } : {}),
      };
    }),
  });
}

function hyperparameters({ manifest, progressions }: RunAnswers): Figure {
  const left =
    manifest.hyperparameters.filter(({ topology }) => topology !== "fixed").length - progressions.length;
  const more =
    left === 0
      ? ""
      : ` Of ${progressions.length + left} hyperparameters the first ${progressions.length} are drawn.`;
  const edge = progressions.flatMap((progression) => {
    const share = Array.from(valuesOf(progression, "atBound")).at(-1) ?? Number.NaN;
    return share > 0.2 ? [`${percent(share)} of the members lie at a bound of ${progression.meta.name}`] : [];
  });
  const bounds = edge.length === 0 ? "" : ` ${edge.join("; ")}.`;
  return progressionFigure(
    "What moves?",
    `${manifest.answers.moving}${bounds}${more}`,
    progressions.map((progression) => ({
      axis: axisOf(manifest.hyperparameters.find(({ name }) => name === progression.meta.name)!),
      generation: valuesOf(progression, "generation"),
      density: valuesOf(progression, "density"),
      bins: progression.meta.bins,
      mean: valuesOf(progression, "mean"),
      winner: valuesOf(progression, "winner"),
      founders: valuesOf(progression, "founders"),
    })),
  );
}

function slices({ manifest, slices: { slices: all, window } }: RunAnswers): Figure {
  const moving = all.filter(
    (slice) => manifest.hyperparameters.find(({ name }) => name === slice.name)!.topology !== "fixed",
  );
  const shown = moving.slice(0, mostDrawn);
  const more =
    moving.length > shown.length
      ? ` Of ${moving.length} hyperparameters the first ${shown.length} are drawn.`
      : "";
  const used = Math.max(0, ...shown.map((slice) => slice.count));
  return slicesFigure(
    "Is selection real?",
    `${manifest.answers.selection} From ${count(used)} evaluations of ${window === 0 ? "all" : `the last ${window}`} generations, each relative to its generation's mean.${more}`,
    shown.map((slice) => ({
      axis: axisOf(manifest.hyperparameters.find(({ name }) => name === slice.name)!),
      ...slice,
    })),
  );
}

const separation = ({ separation: facts }: RunAnswers): Figure =>
  separationFigure(
    "Are the scales apart?",
    facts.r === null || facts.copies === 0
      ? facts.text
      : `${facts.text} The curve is the mean over ${times(facts.copies, "copy", "copies")}.`,
    facts,
  );

/** Price's bars of the hyperparameter that selection moved most. */
function price({ generations, manifest }: RunAnswers): ReportFigure[] {
  const { traits } = generations.meta;
  const selection = valuesOf(generations, "selection");
  const count = valuesOf(generations, "generation").length;
  const at = (name: string, k: number) =>
    Float64Array.from(
      { length: count },
      (_, g) => valuesOf(generations, name)[g * traits.length + k] ?? Number.NaN,
    );
  let most = { k: -1, moved: -1 };
  for (const k of traits.keys()) {
    let moved = 0;
    for (let g = 0; g < count; g++) moved += Math.abs(selection[g * traits.length + k] ?? 0);
    if (!Number.isNaN(moved) && moved > most.moved) most = { k, moved };
  }
  if (most.k < 0) return [];
  const sum = (values: Float64Array): number =>
    values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
  const [chosen, mutated] = [sum(at("selection", most.k)), sum(at("transmission", most.k))];
  const name = traits[most.k]!;
  const percentOf = (value: number): string => `${value >= 0 ? "+" : "−"}${percent(Math.abs(value))}`;
  return [
    {
      id: "price",
      figure: priceFigure({
        title: `Selection or drift? The mean of ${name}`,
        caption: `Over ${times(manifest.generation, "generation")} selection moved the mean of ${name} by ${percentOf(chosen)} of its range, mutation by ${percentOf(mutated)}.`,
        generation: valuesOf(generations, "generation"),
        selection: at("selection", most.k),
        transmission: at("transmission", most.k),
        change: at("change", most.k),
      }),
    },
  ];
}

const diversity = ({ generations, manifest }: RunAnswers): Figure =>
  overTimeFigure({
    title: "Is it diverse?",
    caption: manifest.answers.diverse,
    generation: valuesOf(generations, "generation"),
    yLabel: "lineages",
    fromZero: true,
    series: [
      { label: "effective lineages", values: valuesOf(generations, "lineages") },
      { label: "surviving founders", values: valuesOf(generations, "founders") },
    ],
  });

function strength({ generations, manifest }: RunAnswers): Figure {
  const size = valuesOf(generations, "effectiveSize");
  const { neutralSize } = generations.meta;
  const known = Array.from(size).filter((value) => Number.isFinite(value) && value > 0);
  // Over several events effective sizes pool as 1/mean(1/N_e).
  const pooled = known.length === 0 ? null : known.length / known.reduce((sum, value) => sum + 1 / value, 0);
  const neutral = neutralSize === null ? "" : `; without any selection it would be ${number(neutralSize)}`;
  return overTimeFigure({
    title: "How strong is selection?",
    caption:
      pooled === null
        ? manifest.mode === "asynchronous"
          ? "Members of an asynchronous run are chosen one by one, so no slow step has an effective size."
          : "No member had two descendants at a slow step, so no effective size is known."
        : `The effective size of the ${manifest.members} members is ${number(pooled)}${neutral}. It is the size of a population drawn at random whose members share parents as often${pooled > manifest.members ? "; above the number of members, offspring are spread more evenly than at random" : ""}.`,
    generation: valuesOf(generations, "generation"),
    yLabel: "effective size",
    fromZero: true,
    series: [
      { label: "effective size", values: size },
      ...(neutralSize === null
        ? []
        : [
            {
              label: "neutral",
              values: Array.from(size, () => neutralSize),
              reference: true,
            },
          ]),
    ],
  });
}
