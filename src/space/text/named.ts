import { UsageError } from "../../errors/index.ts";
import { choice } from "../choice.ts";
import { constant } from "../constant.ts";
import { formatNumber, show } from "../format.ts";
import { integer } from "../integer.ts";
import { logInteger } from "../logInteger.ts";
import { logUniform } from "../logUniform.ts";
import { normal } from "../normal.ts";
import { ordinal } from "../ordinal.ts";
import { quantized } from "../quantized.ts";
import type { Distribution, Value } from "../types.ts";
import { uniform } from "../uniform.ts";
import { Bound, type Given } from "./arguments.ts";
import { suggest } from "./suggest.ts";

type Builder = (given: Given, law: string) => Distribution;

/** The grid of whole multiples of step within [low, high], as Ray, NNI and W&B round: round(x/q)·q. */
function multiples(a: Bound, log: boolean): Distribution<number> {
  const [low, high, step] = [a.number("low"), a.number("high"), a.number("step")];
  const tidy = (k: number): number => Number((k * step).toPrecision(15));
  const first = tidy(Math.ceil(low / step - 1e-9));
  const last = tidy(Math.floor(high / step + 1e-9));
  const usable = step > 0 && Number.isFinite(first) && Number.isFinite(last) && first < last;
  return quantized(usable ? first : low, usable ? last : high, step, {
    ...a.options,
    ...(log ? { log } : {}),
  });
}

/** Real or whole numbers by `step`, `log` and `discrete`, as Optuna's float and int and Oríon's uniform combine them. */
function range(a: Bound, whole: boolean, logarithmic: boolean): Distribution<number> {
  const [low, high] = [a.number("low"), a.number("high")];
  const log = logarithmic || (a.has("log") && a.flag("log"));
  if (a.has("step") && !(whole && a.number("step") === 1)) {
    const step = a.number("step");
    if (whole && ![low, high, step].every(Number.isInteger)) {
      throw new UsageError(`${a.law} needs whole numbers, got ${[low, high, step].map(show).join(", ")}`);
    }
    return quantized(low, high, step, { ...a.options, ...(log ? { log } : {}) });
  }
  if (whole) return log ? logInteger(low, high, a.options) : integer(low, high, a.options);
  return log ? logUniform(low, high, a.options) : uniform(low, high, a.options);
}

const real =
  (log: boolean): Builder =>
  (given, law) => {
    const a = new Bound(law, ["low", "high", "log?", "step?", "discrete?"], given);
    return range(a, a.flag("discrete"), log);
  };

const whole =
  (log: boolean): Builder =>
  (given, law) =>
    range(new Bound(law, ["low", "high", "log?", "step?"], given), true, log);

const onMultiples =
  (log: boolean): Builder =>
  (given, law) =>
    multiples(new Bound(law, ["low", "high", "step"], given), log);

/** Upper end excluded, as in Ray, NNI and NumPy; one argument counts from 0. */
const halfOpen =
  (log: boolean): Builder =>
  (given, law) => {
    const single = given.items.length === 1 && given.named.size === 0 && !log;
    const a = new Bound(law, ["low", "high"], single ? { ...given, items: [0, ...given.items] } : given);
    const [low, high] = [a.number("low"), a.number("high") - 1];
    if (high === low) {
      throw new UsageError(
        `${law} excludes its upper end: ${law}(${formatNumber(low)}, ${formatNumber(high + 1)}) leaves one value. ` +
          `Use integer(${formatNumber(low)}, ${formatNumber(high + 1)}), which includes it, or constant(${formatNumber(low)})?`,
      );
    }
    return log ? logInteger(low, high, a.options) : integer(low, high, a.options);
  };

/** Values in one list, or as the arguments themselves. */
const values =
  (make: (list: readonly Value[], options: Bound["options"]) => Distribution): Builder =>
  (given, law) => {
    const spread = given.items.length > 0 && !(given.items.length === 1 && Array.isArray(given.items[0]));
    const a = new Bound(law, ["values"], spread ? { ...given, items: [given.items] } : given);
    return make(a.list("values"), a.options);
  };

const refuse =
  (reason: string): Builder =>
  (_, law) => {
    throw new UsageError(`${law} is not a law of a search space here: ${reason}`);
  };

const noGridNormal = refuse("use normal(mean, sd), or quantized(low, high, step) for a grid");
const noLogNormal = refuse("use logUniform(low, high), with the bounds that you accept");

/** Laws by their names without case, "_" and "-"; other tools' names lead to ours. */
const builders: Readonly<Record<string, Builder>> = {
  uniform: real(false),
  float: real(false),
  interval: real(false),
  loguniform: real(true),
  loguniformvalues: real(true),
  integer: whole(false),
  int: whole(false),
  intuniform: whole(false),
  loginteger: whole(true),
  logint: whole(true),
  randint: halfOpen(false),
  lograndint: halfOpen(true),
  quniform: onMultiples(false),
  qrandint: onMultiples(false),
  qloguniform: onMultiples(true),
  qloguniformvalues: onMultiples(true),
  qlograndint: onMultiples(true),
  quantized: (given, law) => {
    const a = new Bound(law, ["low", "high", "step", "log?"], given);
    const log = a.flag("log");
    return quantized(a.number("low"), a.number("high"), a.number("step"), {
      ...a.options,
      ...(log ? { log } : {}),
    });
  },
  normal: (given, law) => {
    const a = new Bound(law, ["mean", "sd", "low?", "high?"], given);
    return normal(a.number("mean"), a.number("sd"), {
      ...a.options,
      ...(a.has("low") ? { low: a.number("low") } : {}),
      ...(a.has("high") ? { high: a.number("high") } : {}),
    });
  },
  range: (given, law) => {
    const single = given.items.length === 1;
    const a = new Bound(
      law,
      ["low", "high", "step?"],
      single ? { ...given, items: [0, ...given.items] } : given,
    );
    const [low, high, step] = [a.number("low"), a.number("high"), a.has("step") ? a.number("step") : 1];
    const last = low + (Math.ceil((high - low) / step - 1e-9) - 1) * step;
    return step === 1 && Number.isInteger(low)
      ? integer(low, last, a.options)
      : quantized(low, Number(last.toPrecision(15)), step, a.options);
  },
  choice: values((list, options) => choice(list, options)),
  ordinal: values((list, options) => ordinal(list, options)),
  constant: (given, law) => {
    const a = new Bound(law, ["value"], given);
    if (a.options.init !== undefined) throw new UsageError("constant takes no init: its value is the start");
    return constant(a.value("value"));
  },
  fidelity: refuse(
    "what a member may spend is the budget of the run: give the steps between slow steps (interval) and the total (steps)",
  ),
  gridsearch: refuse("a population draws and evolves values; use choice or ordinal"),
  samplefrom: refuse("a law is data, not code; use one of the laws, or derive the value in the trainer"),
  shuffle: refuse("use choice for unordered values"),
  glob: refuse("list the values with choice"),
  lognormal: noLogNormal,
  qlognormal: noLogNormal,
  qnormal: noGridNormal,
  qrandn: noGridNormal,
  invloguniform: refuse("use uniform or logUniform"),
  invloguniformvalues: refuse("use uniform or logUniform"),
};

const shared: Readonly<Record<string, string>> = {
  randn: "normal",
  gaussian: "normal",
  choices: "choice",
  categorical: "choice",
  const: "constant",
  value: "constant",
  quniformvalues: "quniform",
};

/** Names to offer where one is not known. */
const offered = [
  "uniform",
  "logUniform",
  "normal",
  "integer",
  "logInteger",
  "quantized",
  "ordinal",
  "choice",
  "constant",
  "loguniform",
  "quniform",
  "qloguniform",
  "randint",
  "lograndint",
];

/**
 * A law by its own name or another tool's.
 * @throws UsageError for unknown names and arguments that do not fit; wrong bounds become the law's `problems`
 */
export function namedLaw(name: string, given: Given): Distribution {
  const plain = name
    .replace(/^((ray\.)?tune|optuna|np\.random|hp)\./, "")
    .replace(/[_-]/g, "")
    .toLowerCase();
  const word = Object.hasOwn(shared, plain) ? shared[plain]! : plain;
  const builder = Object.hasOwn(builders, word) ? builders[word] : undefined;
  if (builder === undefined)
    throw new UsageError(
      `no law is called ${name}.${suggest(name, offered) || ` There are ${offered.join(", ")}`}`,
    );
  return builder(given, name);
}
