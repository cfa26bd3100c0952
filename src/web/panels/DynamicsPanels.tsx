import { number, percent, plural } from "../ui/format.ts";
import { valuesOf } from "../data/generations.ts";
import { manifest } from "../data/run.ts";
import { SeriesPanel } from "./SeriesPanel.tsx";

const lastOf = (values: ArrayLike<number>): number => values[values.length - 1] ?? Number.NaN;

const mean = (values: ArrayLike<number>): number => {
  const known = Array.from(values).filter((v) => Number.isFinite(v));
  return known.length === 0 ? Number.NaN : known.reduce((a, b) => a + b, 0) / known.length;
};

/** How strongly selection chooses: the standardised selection differential. */
export const DifferentialPanel = () => (
  <SeriesPanel
    id="differential"
    question="How strong is selection?"
    yLabel="standard deviations"
    instead={manifest.value?.control?.panel ?? null}
    without={
      manifest.value?.mode === "asynchronous"
        ? "Members of an asynchronous run are chosen one by one, so no generation has a differential of its own."
        : "No member has been chosen over another by its score yet."
    }
    answer={(data) => {
      const all = valuesOf(data, "differential");
      if (!Array.from(all).some(Number.isFinite)) return "Scores have not differed yet.";
      return `Parents lie ${number(lastOf(all))} standard deviations of the score above the mean, ${number(mean(all))} over the run.`;
    }}
    series={(data) => [
      { label: "selection differential", values: valuesOf(data, "differential") },
      { label: "none", values: new Float64Array(valuesOf(data, "differential").length), reference: true },
    ]}
  />
);

/** How few parents make the next generation. */
export const EffectiveSizePanel = () => (
  <SeriesPanel
    id="effective-size"
    question="How many parents count?"
    yLabel="effective size"
    fromZero
    instead={manifest.value?.control?.panel ?? null}
    without={
      manifest.value?.mode === "asynchronous"
        ? "Members of an asynchronous run are chosen one by one, so no slow step has several parents to count."
        : "Nobody has had two offspring in one generation yet."
    }
    answer={(data, meta) => {
      const sizes = Array.from(valuesOf(data, "effectiveSize")).filter((v) => Number.isFinite(v) && v > 0);
      if (sizes.length === 0) return "Nobody has had two offspring in one generation.";
      const pooled = sizes.length / sizes.reduce((sum, v) => sum + 1 / v, 0);
      const reference = meta.neutralSize === null ? "" : `; ${number(meta.neutralSize)} would be neutral`;
      const even =
        pooled > (manifest.value?.members ?? Infinity)
          ? " Above the number of members: offspring are spread more evenly than drawn at random."
          : "";
      return `Effective size ${number(pooled)} (harmonic mean)${reference}.${even}`;
    }}
    series={(data, meta) => [
      { label: "effective size", values: valuesOf(data, "effectiveSize") },
      ...(meta.neutralSize === null
        ? []
        : [
            {
              label: "neutral, same rule",
              values: new Float64Array(valuesOf(data, "effectiveSize").length).fill(meta.neutralSize),
              reference: true,
            },
          ]),
    ]}
  />
);

/** How far back all members share an ancestor. */
export const AncestorPanel = () => {
  const members = manifest.value?.members ?? 0;
  return (
    <SeriesPanel
      id="ancestor"
      question="How far back is the common ancestor?"
      yLabel="generations"
      fromZero
      without="The members do not all share an ancestor yet."
      depends={String(members)}
      answer={(data, meta) => {
        const age = lastOf(valuesOf(data, "ancestorAge"));
        const neutral = 2 * (meta.neutralSize ?? members) * (1 - 1 / Math.max(1, members));
        const expected = `neutral drift needs about ${plural(Math.round(neutral), "generation")}`;
        return Number.isNaN(age)
          ? `The members do not all share an ancestor yet; ${expected}.`
          : `All members descend from one state ${plural(age, "generation")} ago; ${expected}.`;
      }}
      series={(data) => [{ label: "age of the common ancestor", values: valuesOf(data, "ancestorAge") }]}
    />
  );
};

/** Spread of each hyperparameter, at most seven by colour. */
export function SpreadPanel() {
  const ordered = (manifest.value?.hyperparameters ?? [])
    .filter(({ topology }) => topology !== "unordered" && topology !== "fixed")
    .map(({ name }) => name);
  return (
    <SeriesPanel
      depends={ordered.join()}
      without="No hyperparameter here has an order, so none has a spread."
      id="spread"
      question="Do the hyperparameters still differ?"
      yLabel="spread, encoded"
      note={ordered.length > 7 ? `first 7 of ${ordered.length} hyperparameters drawn` : undefined}
      fromZero
      answer={(data, meta) => {
        const k = meta.traits.length;
        const all = valuesOf(data, "diversity");
        const g = all.length / Math.max(1, k) - 1;
        const rows = meta.traits
          .map((name, j) => ({ name, share: all[g * k + j]! / all[j]! }))
          .filter(({ name, share }) => ordered.includes(name) && Number.isFinite(share));
        const least = rows.toSorted((a, b) => a.share - b.share)[0];
        return least === undefined
          ? ""
          : `${least.name} has narrowed most: to ${percent(least.share)} of its first spread.`;
      }}
      series={(data, meta) => {
        const k = meta.traits.length;
        const all = valuesOf(data, "diversity");
        return meta.traits
          .map((name, j) => ({ name, j }))
          .filter(({ name }) => ordered.includes(name))
          .slice(0, 7)
          .map(({ name, j }) => ({
            label: name,
            values: Float64Array.from({ length: k === 0 ? 0 : all.length / k }, (_, g) => all[g * k + j]!),
          }));
      }}
    />
  );
}

/** Copies and failures per generation. */
export const TurnoverPanel = () => (
  <SeriesPanel
    id="turnover"
    question="How many are replaced, how many fail?"
    yLabel="members"
    fromZero
    answer={(data) => {
      const failed = Array.from(valuesOf(data, "failed")).reduce((a, b) => a + b, 0);
      const copies = mean(valuesOf(data, "copies"));
      return `${number(copies, 2)} ${copies === 1 ? "copy" : "copies"} a generation; ${failed === 0 ? "nothing failed" : plural(failed, "failure")}.`;
    }}
    series={(data) => [
      { label: "copies", values: valuesOf(data, "copies") },
      { label: "failures", values: valuesOf(data, "failed") },
    ]}
  />
);
