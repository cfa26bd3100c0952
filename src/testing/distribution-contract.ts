import { key, stream } from "../random/index.ts";
import { type Distribution, distributionFrom, type Value } from "../space/index.ts";

export interface DistributionContractOptions {
  /** Number of samples and of coordinates to try. Default 200. */
  readonly samples?: number;
  /** Seed of the samples. Default 0. */
  readonly seed?: number;
  /** Largest |encode(decode(u)) − u| of a continuous law. Default 1e-9. */
  readonly tolerance?: number;
  /** The law from its spec. Default: `distributionFrom`; give your own for a law of your own, or null to skip. */
  readonly from?: ((spec: Distribution["spec"]) => Distribution) | null;
}

/**
 * What every law must keep, as a function that any test framework can call:
 * samples and decoded coordinates are values of the law; coordinates lie in [0, 1] and out-of-range ones are clamped;
 * encode and decode undo each other; a finite law reaches each of its values through equal or positive cells; `init`
 * is one of its values; the law survives a round trip through JSON.
 * @throws Error that says which clause failed, with the value
 * @example
 * it("keeps the contract", () => distributionContract(uniform(0, 1)));
 */
export function distributionContract(
  distribution: Distribution,
  options: DistributionContractOptions = {},
): void {
  const { samples = 200, seed = 0, tolerance = 1e-9, from = distributionFrom } = options;
  const place = distribution.describe();
  const demand = (holds: boolean, clause: string): void => {
    if (!holds) throw new Error(`${place}: ${clause}`);
  };
  const { problems = [], cardinality, topology, init } = distribution;
  demand(problems.length === 0, `needs to be sound, has problems: ${problems.join("; ")}`);
  demand(
    topology === "fixed"
      ? cardinality === 1
      : topology === "continuous"
        ? cardinality === Infinity
        : Number.isSafeInteger(cardinality) && cardinality >= 1,
    `has topology ${topology} with cardinality ${cardinality}`,
  );
  demand(topology !== "fixed" || distribution.fixed, "has the fixed topology without fixed");
  if (init !== undefined) demand(distribution.contains(init), `does not contain its init ${String(init)}`);

  const check = (value: Value, whence: string): void => {
    demand(distribution.contains(value), `does not contain ${String(value)}, which came from ${whence}`);
    const unit = distribution.encode(value);
    demand(unit >= 0 && unit <= 1, `encodes ${String(value)} as ${unit}, outside [0, 1]`);
    const back = distribution.decode(unit);
    if (topology === "continuous") {
      demand(
        Math.abs(distribution.encode(back) - unit) <= tolerance,
        `encode∘decode moves ${unit} to ${distribution.encode(back)}`,
      );
    } else {
      demand(back === value, `decodes the coordinate of ${String(value)} as ${String(back)}`);
    }
  };
  const draws = stream(key(seed), "distribution-contract");
  for (let i = 0; i < samples; i++) check(distribution.sample(draws), "sample");
  for (let i = 0; i <= samples; i++) {
    const unit = i / samples;
    const value = distribution.decode(unit);
    check(value, `coordinate ${unit}`);
    if (topology === "continuous") {
      const error = Math.abs(distribution.encode(value) - unit);
      demand(error <= tolerance, `encode(decode(${unit})) is off by ${error}`);
    }
  }
  for (const outside of [-1e300, -1, -1e-12, -0, 1 + 1e-12, 2, 1e300, -Infinity, Infinity]) {
    const value = distribution.decode(outside);
    demand(
      Object.is(value, distribution.decode(outside > 0.5 ? 1 : 0)),
      `decodes ${outside} as ${String(value)}, not as its nearest end`,
    );
  }
  if (cardinality <= 1000) {
    const reached = new Set<Value>();
    for (let i = 0; i <= 20_000; i++) reached.add(distribution.decode(i / 20_000));
    demand(reached.size === cardinality, `reaches ${reached.size} values of ${cardinality}`);
  }
  if (from !== null) {
    const text = JSON.stringify(distribution.spec);
    const copy = from(JSON.parse(text) as Distribution["spec"]);
    demand(JSON.stringify(copy.spec) === text, `becomes ${JSON.stringify(copy.spec)} through JSON`);
    demand(
      copy.kind === distribution.kind &&
        copy.topology === topology &&
        copy.cardinality === cardinality &&
        copy.fixed === distribution.fixed &&
        copy.init === init,
      "changes kind, topology, cardinality, fixed or init through JSON",
    );
    for (let i = 0; i <= samples; i++) {
      const unit = i / samples;
      demand(Object.is(copy.decode(unit), distribution.decode(unit)), `decodes ${unit} otherwise after JSON`);
    }
  }
}
