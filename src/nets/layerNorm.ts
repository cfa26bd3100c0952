import { checkOptions } from "../errors/index.ts";
import { ones, zeros } from "./initialisers.ts";
import { type Net, parameter } from "./net.ts";
import { checkSizes } from "./options.ts";

export interface LayerNormOptions {
  readonly size: number;
  /** Prefix of the parameters `name.scale`, `name.shift`. */
  readonly name: string;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/** (x − mean)/√(variance + ε)·scale + shift, over the last axis (Ba, Kiros and Hinton 2016). */
export function layerNorm(options: LayerNormOptions): Net {
  checkOptions("layerNorm", options, { size: true, name: true, epsilon: true });
  const { size, name, epsilon = 1e-5 } = options;
  checkSizes("layerNorm", { size });
  return {
    parameters: {
      [`${name}.scale`]: { shape: [size], init: ones },
      [`${name}.shift`]: { shape: [size], init: zeros },
    },
    apply: (p, x) => {
      const centred = x.sub(x.mean(-1).expand(-1));
      const deviation = centred.square().mean(-1).add(epsilon).sqrt();
      return centred
        .div(deviation.expand(-1))
        .mul(parameter(p, `${name}.scale`))
        .add(parameter(p, `${name}.shift`));
    },
  };
}
