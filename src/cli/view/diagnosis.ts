import type { Diagnostics, Movement, Separation, TemporalDiagnostics } from "../../population/index.ts";
import { hyperparameter, significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { wrap } from "../text/width.ts";

const unknown = "unknown";
const shown = (value: number | null | undefined, digits = 2): string =>
  value == null ? unknown : significant(value, digits);
const share = (value: number | null): string =>
  value === null ? unknown : `${significant(100 * value, 2)} %`;
const steps = (value: number | null): string => (value === null ? unknown : `${significant(value, 2)} steps`);

/** What a selection does when scores say nothing, and what it selects of scores; null: not known for this one. */
export interface Expected {
  /** N(N − 1)/(3 n_q − 1) under truncation. */
  readonly effectiveSize: number | null;
  /** 2 q i_q under truncation. */
  readonly differential: number | null;
}

/**
 * What the newest slow step says of clocks, selection and diversity, for `polytempo status`: docs/reading-the-diagnostics.md
 * in lines. "unknown" where the run does not know.
 */
export function diagnosis(diagnostics: Diagnostics, expected: Expected, cells: number): string[] {
  const { temporal, selectionDifferential, price, diversity, note } = diagnostics;
  const block: Block = (name, parts) =>
    wrap([`${name.padEnd(10)} ${parts[0]!}`, ...parts.slice(1)], cells, indent, " · ").flatMap(
      (line, index) => (index === 0 ? wrap(line.split(" "), cells, indent) : indented(line, cells)),
    );
  const lines: string[] = [];
  if (temporal !== undefined) {
    const { separation, interval } = temporal;
    const known = separation === null ? `r ${unknown}` : `r ${significant(separation.value, 2)}`;
    const within =
      separation?.low == null || separation.high === null
        ? ""
        : ` (${significant(separation.low, 2)}–${significant(separation.high, 2)})`;
    lines.push(
      ...block("clocks", [
        `${known}${within}${separation === null ? "" : ` ${regimes[separation.regime]}`}`,
        `copies settle in ${steps(temporal.relaxation)}`,
        `fluctuations last ${steps(temporal.fluctuation)}`,
        `kept along lineages ρ ${shown(temporal.persistence)}`,
      ]),
      ...block("interval", [
        `recommended ${interval.steps === null ? unknown : `${significant(interval.steps, 4)} steps`}`,
        ...interval.reasons.map(plain),
      ]),
    );
  }
  const standardised = selectionDifferential?.standardised ?? null;
  lines.push(
    ...block("selection", [
      `differential ${standardised === null ? unknown : `${significant(standardised, 2)} sd`}${expected.differential === null ? "" : ` (truncation ${significant(expected.differential, 2)})`}`,
      ...(temporal === undefined
        ? []
        : [
            `reliability ${share(temporal.reliability)}`,
            `heritability ${shown(temporal.heritability)}`,
            `hyperparameters explain ${share(temporal.explained)}`,
            ...(temporal.accuracy === undefined ? [] : [`accuracy √R ${shown(temporal.accuracy)}`]),
            `risk premium ${shown(temporal.riskPremium)}`,
          ]),
      ...(note === undefined ? [] : [plain(note)]),
    ]),
  );
  const size = temporal?.effectiveSize ?? diagnostics.effectiveSize;
  const { took = null, expected: neutral = null, ancestor = null } = temporal?.coalescence ?? {};
  lines.push(
    ...block("lineages", [
      `N_e ${shown(size)}${expected.effectiveSize === null ? "" : ` (neutral ${significant(expected.effectiveSize, 2)})`}`,
      `founders left ${diagnostics.survivingFounders}`,
      `common ancestor after ${took === null ? unknown : `${significant(took, 2)} generations`}${neutral === null ? "" : ` (neutral ${significant(neutral, 2)})`}`,
      ...(ancestor === null ? [] : [`all descend from one state of step ${significant(ancestor.step, 6)}`]),
    ]),
    ...spreadLines(diagnostics, block),
  );
  for (const [name, spread] of Object.entries(diversity)) {
    const balance = temporal?.balance[name] ?? null;
    const terms = price[name];
    lines.push(
      ...block(plain(name), [
        `diversity ${significant(spread, 2)} (balance ${shown(balance)})`,
        ...towards(temporal?.movement?.[name]),
        ...(terms == null
          ? []
          : [
              `last move ${signed(terms.change)} = selection ${signed(terms.selection)} + transmission ${signed(terms.transmission)}`,
            ]),
      ]),
    );
  }
  if (temporal !== undefined) {
    const { best, median } = temporal.plateau;
    const since = (what: string, step: number | null): string[] =>
      step === null ? [] : [`${what} since step ${significant(step, 6)}`];
    const flat = [...since("best", best), ...since("median", median)];
    if (flat.length > 0) lines.push(...block("plateau", flat));
    for (const alarm of temporal.alarms) lines.push(...block("alarm", plain(alarm).split("; ")));
  }
  return lines;
}

const indent = 11;

/** A line that is already indented, broken between words where it is too long. */
const indented = (line: string, cells: number): string[] =>
  wrap(line.trimStart().split(" "), cells - indent).map((text) => " ".repeat(indent) + text);

type Block = (name: string, parts: readonly string[]) => string[];

/** What training and selection did to the mean, and what mutation costs. */
function spreadLines({ metric, distance, temporal }: Diagnostics, block: Block): string[] {
  const lines: string[] = [];
  if (metric != null) {
    const { change, training, selection } = metric;
    lines.push(
      ...block("mean", [
        change === null || training === null
          ? `last move ${unknown}, of it selection ${signed(selection)}`
          : `last move ${signed(change)} = training ${signed(training)} + selection ${signed(selection)}`,
      ]),
    );
  }
  if (distance !== undefined) {
    lines.push(
      ...block("mutation", [...loadOf(temporal), `two members differ by ${significant(distance, 2)}`]),
    );
  }
  return lines;
}

function loadOf(temporal: TemporalDiagnostics | undefined): string[] {
  const { cost = null, remaining = null } = temporal?.load ?? {};
  const spreads = (value: number | null): string =>
    value === null ? unknown : `${significant(value, 2)} spreads`;
  return [`costs ${spreads(cost)}`, `left to gain ${spreads(remaining)}`];
}

/** Where a hyperparameter is going, and how long that takes. */
function towards(movement: Movement | undefined): string[] {
  if (movement === undefined) return [];
  const { optimum, distance, events, across } = movement;
  const slow = (value: number | null): string =>
    value === null ? unknown : `about ${significant(value, 2)}`;
  if (optimum !== null && distance !== null) {
    return [
      `best near ${plain(hyperparameter(optimum))}, ${significant(distance, 2)} of the range away`,
      `slow steps to get there ${slow(events)}`,
    ];
  }
  return [
    `best value ${optimum === null ? unknown : plain(hyperparameter(optimum))}`,
    ...(across === null ? [] : [`slow steps per range ${slow(across)}`]),
  ];
}

/** What a regime asks for. */
const regimes: { readonly [regime in Separation["regime"]]: string } = {
  coupled: "coupled: select on parameters",
  mixed: "mixed",
  separated: "separated: effective fitness is meaningful",
};

const signed = (value: number): string => (value > 0 ? `+${significant(value, 2)}` : significant(value, 2));
