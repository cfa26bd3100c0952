/** Every rule by its name and its options, as `--selection`, `--mutation` and `--fitness` take them; a test compares. */
export const rules = {
  selection: {
    none: [],
    truncation: ["fraction"],
    binaryTournament: ["probability"],
    boltzmann: ["beta", "standardise", "probability", "mutates"],
    fermi: ["beta", "probability"],
    linearPairwise: ["beta", "probability"],
    wrightFisher: ["beta", "standardise", "mutates"],
    multiFrequency: ["frequencies", "fraction"],
    welch: ["alpha", "window", "probability"],
  },
  mutation: {
    none: [],
    keepOwn: [],
    gaussian: ["sigma", "step", "switch"],
    pb2: ["forgetting", "sigma", "candidates"],
    pbtPerturb: ["factors", "step", "switch"],
    resample: ["probability", "otherwise"],
    mixture: ["of"],
    compose: ["of"],
    perHyperparameter: ["rules", "otherwise"],
  },
  fitness: {
    instantaneous: [],
    intervalAverage: [],
    lineageEma: ["weight"],
    improvementRate: [],
    effective: ["estimator", "averaged", "generations", "decay"],
    blend: ["estimator", "averaged", "generations", "decay"],
    transition: ["estimator", "generations", "decay", "horizon"],
    auto: [],
    fire: ["memory", "generations"],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One paragraph per kind of rule. */
export const rulesText: readonly string[] = Object.entries(rules).map(([kind, entries]) => {
  const calls = Object.entries<readonly string[]>(entries).map(([name, options]) =>
    options.length === 0 ? name : `${name}(${options.join(",")})`,
  );
  return `--${kind}: ${calls.join(" · ")}`;
});
