import type { Diagnostics } from "../../population/index.ts";
import { significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { wrap } from "../text/width.ts";

const unknown = "unknown";
const shown = (value: number | null | undefined, digits = 2): string =>
  value == null ? unknown : significant(value, digits);
const share = (value: number | null): string =>
  value === null ? unknown : `${significant(100 * value, 2)} %`;
const steps = (value: number | null): string => (value === null ? unknown : `${significant(value, 2)} steps`);

/**
 * What the newest slow step says of clocks, selection and diversity, for `polytempo status`: docs/reading-the-diagnostics.md
 * in lines. "unknown" where the run does not know.
 * @param neutralSize effective size when scores say nothing; null: not known for this selection
 */
export function diagnosis(diagnostics: Diagnostics, neutralSize: number | null, cells: number): string[] {
  const { temporal, selectionDifferential, price, diversity, note } = diagnostics;
  const block = (name: string, parts: readonly string[]): string[] =>
    wrap([`${name.padEnd(10)} ${parts[0]!}`, ...parts.slice(1)], cells, 11, " · ");
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
        `${known}${within}${separation === null ? "" : ` ${separation.regime}`}`,
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
      `differential ${standardised === null ? unknown : `${significant(standardised, 2)} sd`}`,
      ...(temporal === undefined
        ? []
        : [
            `reliability ${share(temporal.reliability)}`,
            `heritability ${shown(temporal.heritability)}`,
            `hyperparameters explain ${share(temporal.explained)}`,
            `risk premium ${shown(temporal.riskPremium)}`,
          ]),
      ...(note === undefined ? [] : [plain(note)]),
    ]),
  );
  const size = temporal?.effectiveSize ?? diagnostics.effectiveSize;
  const { took = null, expected = null } = temporal?.coalescence ?? {};
  lines.push(
    ...block("lineages", [
      `N_e ${shown(size)}${neutralSize === null ? "" : ` (neutral ${significant(neutralSize, 2)})`}`,
      `founders left ${diagnostics.survivingFounders}`,
      `common ancestor after ${took === null ? unknown : `${significant(took, 2)} generations`}${expected === null ? "" : ` (neutral ${significant(expected, 2)})`}`,
    ]),
  );
  for (const [name, spread] of Object.entries(diversity)) {
    const balance = temporal?.balance[name] ?? null;
    const terms = price[name];
    lines.push(
      ...block(plain(name), [
        `diversity ${significant(spread, 2)} (balance ${shown(balance)})`,
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

const signed = (value: number): string => (value > 0 ? `+${significant(value, 2)}` : significant(value, 2));
