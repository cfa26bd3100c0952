import { ones, zeros } from "./initialisers.ts";
import { type Net, parameter } from "./net.ts";

export interface LayerNormOptions {
  readonly size: number;
  /** Prefix of the parameters `name.scale`, `name.shift`. */
  readonly name: string;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/** (x − mean)/√(variance + ε)·scale + shift, over the last axis (Ba, Kiros and Hinton 2016). */
export function layerNorm({ size, name, epsilon = 1e-5 }: LayerNormOptions): Net {
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
