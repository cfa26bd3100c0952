import { describe, expect, it } from "vitest";
import { committee, convolution, dense, gru, layerNorm, leaky, lstm, mlp } from "./index.ts";

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect((error as Error).name).toBe("UsageError");
    return (error as Error).message;
  }
  return "no error";
}

const sizes = { inputs: 2, hidden: [8], outputs: 1 };

describe("a net", () => {
  it.each<[() => unknown, string]>([
    [
      () => mlp({ inputs: 2, hiden: [8], outputs: 1 } as never),
      "mlp.hiden: is not an option of mlp (it has inputs, hidden, outputs, activation, dropout, layerNorm, units, weight, name). " +
        'Did you mean "hidden"?',
    ],
    [
      () => mlp({ ...sizes, inputs: 0, outputs: undefined } as never),
      "mlp.inputs: needs an integer >= 1, got 0.\nmlp.outputs: needs an integer >= 1, got undefined.",
    ],
    [() => mlp({ ...sizes, hidden: 8 } as never), "mlp.hidden: needs an array of integers >= 1, got 8."],
    [() => mlp({ ...sizes, hidden: [8, 0] }), "mlp.hidden: needs an array of integers >= 1, got [8, 0]."],
    [
      () => mlp({ ...sizes, dropout: 1.5 }),
      "mlp.dropout: needs a number in [0, 1), or the name of a hyperparameter, got 1.5.",
    ],
    [
      () => mlp({ ...sizes, activation: "tanhh" as never }),
      'activation: needs identity, tanh, relu, sigmoid, softplus, gelu or a function, got "tanhh" (a string). Did you mean "tanh"?',
    ],
    [
      () => committee({ inputs: 2, hiden: 3 } as never),
      'committee.hiden: is not an option of committee (it has inputs, hidden, activation, first, second, name). Did you mean "hidden"?',
    ],
    [
      () => dense({ inputs: 1, outputs: 1, name: "d", biass: false } as never),
      'dense.biass: is not an option of dense (it has inputs, outputs, name, weight, bias). Did you mean "bias"?',
    ],
    [
      () => convolution({ inputs: 1, outputs: 1, window: [3, 3], padding: "sane" as never, name: "c" }),
      'convolution.padding: needs "same" or "valid", got sane.',
    ],
    [
      () => gru({ inputs: 1, unit: 3 } as never),
      'gru.unit: is not an option of gru (it has inputs, units, clip, name). Did you mean "units"?',
    ],
    [() => lstm({ inputs: 1, units: 1.5 }), "lstm.units: needs an integer >= 1, got 1.5."],
    [() => leaky({ inputs: 1, units: 2, skip: 0 }), "leaky.skip: needs an integer >= 1, got 0."],
    [() => layerNorm(undefined as never), "layerNorm: needs an object of options, got undefined."],
  ])("refuses options %#", (work, message) => {
    expect(messageOf(work)).toBe(message);
  });
});
