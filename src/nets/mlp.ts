import { checkOptions, UsageError } from "../errors/index.ts";
import type { Initialiser, LossContext, Tensor } from "../tensor/index.ts";
import { type Activation, activation } from "./activations.ts";
import { dense } from "./dense.ts";
import { glorot, he } from "./initialisers.ts";
import { layerNorm } from "./layerNorm.ts";
import type { Net } from "./net.ts";
import { checkList, checkRate, checkSizes } from "./options.ts";

export interface MlpOptions {
  readonly inputs: number;
  /** Units of each hidden layer; [] is a linear model. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** Default `tanh`. */
  readonly activation?: Activation;
  /** Rate after each hidden layer: a number in [0, 1), or the name of a hyperparameter. Default 0. */
  readonly dropout?: number | string;
  /** Normalise before each activation. Default false. */
  readonly layerNorm?: boolean;
  /**
   * Name of a hyperparameter: the number of units that a member uses in each hidden layer, the first ones; the others
   * give 0 and get no gradient. Members keep one shape, of `hidden`. Not with `layerNorm`.
   */
  readonly units?: string;
  /** Default `he` for relu and gelu, else `glorot`. */
  readonly weight?: Initialiser;
  /** Prefix of the parameters: `mlp` gives `mlp.0.weight`. */
  readonly name?: string;
}

/**
 * A multilayer perceptron over the last axis.
 * @throws UsageError for options that there are not, sizes and rates out of range
 * @example
 * const net = mlp({ inputs: 784, hidden: [128], outputs: 10, activation: "relu", dropout: "dropout" });
 */
export function mlp(options: MlpOptions): Net {
  checkOptions("mlp", options, {
    inputs: true,
    hidden: true,
    outputs: true,
    activation: true,
    dropout: true,
    layerNorm: true,
    units: true,
    weight: true,
    name: true,
  });
  const { inputs, hidden, outputs, name = "mlp", dropout = 0 } = options;
  checkSizes("mlp", { inputs, outputs });
  checkList("mlp.hidden", hidden);
  checkRate("mlp.dropout", dropout);
  const which = options.activation ?? "tanh";
  const bend = activation(which);
  const weight = options.weight ?? (which === "relu" || which === "gelu" ? he : glorot);
  if (options.units !== undefined && options.layerNorm === true) {
    throw new UsageError("mlp: units needs a net without layerNorm, which would count the unused units.");
  }
  const sizes = [inputs, ...hidden, outputs];
  const layers = sizes.slice(1).map((size, i) =>
    dense({
      inputs: sizes[i]!,
      outputs: size,
      name: `${name}.${i}`,
      weight: i === hidden.length ? glorot : weight,
    }),
  );
  const norms =
    options.layerNorm === true ? hidden.map((size, i) => layerNorm({ size, name: `${name}.norm${i}` })) : [];
  return {
    parameters: Object.assign(
      {},
      ...[...layers, ...norms].map((layer) => layer.parameters),
    ) as Net["parameters"],
    apply: (p, x, context) => {
      const rate = typeof dropout === "string" ? context.trace.hyper(dropout) : dropout;
      let y = x;
      layers.forEach((layer, i) => {
        y = layer.apply(p, y, context);
        if (i === hidden.length) return;
        y = bend(norms[i]?.apply(p, y, context) ?? y);
        if (options.units !== undefined) y = firstUnits(y, context.trace.hyper(options.units), context);
        y = context.dropout(y, rate);
      });
      return y;
    },
  };
}

/** Zero beyond the first `count` of the last axis. */
function firstUnits(x: Tensor, count: Tensor, context: LossContext): Tensor {
  const places = context.trace.constant(Array.from({ length: x.shape.at(-1)! }, (_, i) => i));
  return x.mul(count.greater(places));
}
