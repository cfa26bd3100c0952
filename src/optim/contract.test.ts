import { describe, expect, it } from "vitest";
import { updateRuleContract, type UpdateRuleContractOptions } from "../testing/index.ts";
import type { UpdateRule } from "../tensor/index.ts";
import {
  adam,
  adamW,
  bennaFusi,
  bennaFusiAsMultiscale,
  byParameter,
  chain,
  clipByNorm,
  cosine,
  exponential,
  langevin,
  linear,
  momentum,
  momentumAsMultiscale,
  multiscale,
  nesterov,
  rmsProp,
  sgd,
  warmup,
  weightDecay,
} from "./index.ts";

const hyperparameters = { lr: [0.05, 0.02, 0.1], beta: [0.9, 0.5, 0], decay: [0.01, 0.1, 0] } as const;
const learningRate = "lr";

const rules: readonly (readonly [UpdateRule, UpdateRuleContractOptions?])[] = [
  [sgd({ learningRate })],
  [momentum({ learningRate, momentum: "beta" })],
  [momentum({ learningRate, momentum: "beta", average: true })],
  [nesterov({ learningRate, momentum: "beta" })],
  [adam({ learningRate, beta1: "beta" })],
  [adamW({ learningRate, beta1: "beta", weightDecay: "decay" }), { rests: false }],
  [rmsProp({ learningRate, decay: "beta" })],
  [langevin({ stepSize: "lr", temperature: 0.01 }), { rests: false }],
  [langevin({ stepSize: "lr", temperature: 0.01, scheme: "euler" }), { rests: false }],
  [clipByNorm({ norm: 1 }), { descends: false }],
  [chain(clipByNorm({ norm: 1 }), weightDecay({ rate: "decay" }), sgd({ learningRate })), { rests: false }],
  [
    chain(
      clipByNorm({ norm: 1 }),
      adam({ learningRate: warmup(cosine({ from: "lr", to: 0.01, steps: 200 }), 10) }),
    ),
  ],
  [sgd({ learningRate: linear({ from: "lr", to: 0.001, steps: 300 }) })],
  [sgd({ learningRate: exponential({ from: "lr", steps: 500 }) })],
  [multiscale({ alphas: ["lr", 0.1], gammas: [1, "beta"] })],
  [multiscale({ alphas: ["lr", 0.1], gammas: [0.999, 0.9] }), { descends: false }],
  [multiscale({ alphas: [1, 1], gammas: [1, 0.9], base: adam({ learningRate }) })],
  [multiscale(momentumAsMultiscale({ learningRate, momentum: "beta" }))],
  [bennaFusi({ base: sgd({ learningRate }) })],
  [bennaFusi({ base: momentum({ learningRate, momentum: "beta" }), leak: 0.001 }), { rests: false }],
  [
    byParameter((name) => name, {
      a: adam({ learningRate }),
      b: multiscale({ alphas: ["lr", 0.1], gammas: [1, "beta"] }),
    }),
  ],
  [multiscale({ ...bennaFusiAsMultiscale(), base: sgd({ learningRate }) })],
];

describe("the contract of update rules", () => {
  it.each(rules.map(([rule, options], i) => ({ name: `${i} ${rule.name}`, rule, options })))(
    "is kept: $name",
    async ({ rule, options }) => {
      await expect(updateRuleContract(rule, { hyperparameters, ...options })).resolves.toBeUndefined();
    },
  );

  it.each<[string, UpdateRule, string]>([
    [
      "declares state that it never updates",
      {
        ...sgd({ learningRate: 0.1 }),
        init: () => ({ lost: { shape: [], initial: { kind: "fill", value: 0 } } }),
      },
      "is declared and never updated",
    ],
    ["climbs", sgd({ learningRate: (context) => context.trace.constant(-0.01) }), "the loss goes from"],
    [
      "moves by itself",
      chain(sgd({ learningRate: 0.1 }), weightDecay({ rate: (context) => context.trace.constant(-0.1) })),
      "parameters move without a gradient",
    ],
  ])("is broken by a rule that %s", async (_, rule, clause) => {
    await expect(updateRuleContract(rule)).rejects.toThrow(clause);
  });
});
