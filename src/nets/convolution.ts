import { checkOptions, UsageError } from "../errors/index.ts";
import { concat, type Initialiser, type Tensor } from "../tensor/index.ts";
import { he, zeros } from "./initialisers.ts";
import { type Net, parameter } from "./net.ts";
import { checkList, checkSizes } from "./options.ts";

export interface ConvolutionOptions {
  /** Channels in and out. */
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width of the window, odd for `same`. */
  readonly window: readonly [number, number];
  /** `same` pads with zeros to keep the size; default `valid`. */
  readonly padding?: "same" | "valid";
  /** Default `he`. */
  readonly weight?: Initialiser;
  readonly name: string;
}

/** Two-dimensional convolution of `[batch, height, width, inputs]`, stride 1, as one matrix product over windows. */
export function convolution(options: ConvolutionOptions): Net {
  checkOptions("convolution", options, {
    inputs: true,
    outputs: true,
    window: true,
    padding: true,
    weight: true,
    name: true,
  });
  const { inputs, outputs, window, padding = "valid", weight = he, name } = options;
  checkSizes("convolution", { inputs, outputs });
  checkList("convolution.window", window);
  if (padding !== "same" && padding !== "valid") {
    throw new UsageError(`convolution.padding: needs "same" or "valid", got ${String(padding)}.`);
  }
  const [tall, wide] = window;
  return {
    parameters: {
      [`${name}.weight`]: { shape: [tall, wide, inputs, outputs], init: weight },
      [`${name}.bias`]: { shape: [outputs], init: zeros },
    },
    apply: (p, x) => {
      const [up, left] = padding === "same" ? [(tall - 1) >> 1, (wide - 1) >> 1] : [0, 0];
      const around = [0, up, left, 0];
      const after = padding === "same" ? [0, tall - 1 - up, wide - 1 - left, 0] : around;
      const padded = up + left + after[1]! + after[2]! === 0 ? x : x.pad(around, after);
      const [, height, width] = padded.shape as [number, number, number];
      const patches: Tensor[] = [];
      for (let i = 0; i < tall; i++) {
        for (let j = 0; j < wide; j++) {
          patches.push(padded.slice(i, height - tall + 1 + i, 1).slice(j, width - wide + 1 + j, 2));
        }
      }
      const kernel = parameter(p, `${name}.weight`).reshape([tall * wide * inputs, outputs]);
      return concat(patches, -1)
        .matmul(kernel)
        .add(parameter(p, `${name}.bias`));
    },
  };
}

/** The maximum of disjoint size × size windows of `[batch, height, width, channels]`. */
export function maxPool(x: Tensor, size = 2): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  return x.reshape([batch, height / size, size, width / size, size, channels]).max([2, 4]);
}
