import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  initialise,
  reference,
  type Session,
  type Tensor,
  Trace,
  type TrainingProgram,
  type UpdateRule,
  defineModel,
  trainingProgram,
} from "../tensor/index.ts";
import {
  adam,
  bennaFusi,
  bennaFusiAsMultiscale,
  bennaFusiModes,
  momentum,
  momentumAsMultiscale,
  multiscale,
  sgd,
} from "./index.ts";

/** Equivalences of thousands of float64 steps, as theory and measurement have them. */
const EQUIVALENCE = 1e-12;

/** Trains one weight (or a few) whose gradient is that of `loss`, which may read the step. */
async function open(
  loss: (w: Tensor, t: Trace) => Tensor,
  optimizer: UpdateRule,
  start: readonly number[],
): Promise<{ session: Session; training: TrainingProgram }> {
  const model = defineModel({
    parameters: { w: { shape: [start.length], init: () => start } },
    loss: ({ w }, _, __, { trace }) => loss(w, trace).sum(),
  });
  const training = trainingProgram(model, { optimizer });
  const session = await reference.compile({ train: training.program }, { members: 1, key: key(0) });
  initialise(session, training, key(0), 0);
  return { session, training };
}

/** Gradient sin w + 0.3 w + 0.5 cos(0.1 t). */
const pushed = (w: Tensor, t: Trace): Tensor =>
  w
    .cos()
    .neg()
    .add(w.square().mul(0.15))
    .add(w.mul(t.step.mul(0.1).cos().mul(0.5)));

describe("momentum as a multiscale learner", () => {
  it.each([
    [0.1, 0.9, 0.32513389945],
    [1, 0.99, 1.86435151447],
    [0.05, 0.5, 0.12661813179],
  ])("equals it for 2000 steps: η = %d, β = %d", async (learningRate, beta, last) => {
    const options = { learningRate, momentum: beta };
    const a = await open(pushed, momentum({ ...options, average: true }), [1.5]);
    const b = await open(pushed, multiscale(momentumAsMultiscale(options)), [1.5]);
    let worst = 0;
    for (let step = 0; step < 2000; step++) {
      await a.session.step("train", 1, step);
      await b.session.step("train", 1, step);
      worst = Math.max(worst, Math.abs(a.session.read("w", 0)[0]! - b.session.read("w", 0)[0]!));
    }
    expect(worst).toBeLessThan(EQUIVALENCE);
    expect(a.session.read("w", 0)[0]!).toBeCloseTo(last, 10);
  });
});

describe("the Benna–Fusi chain", () => {
  it("has the modes of the reference, to relative accuracy", () => {
    const { oneMinusLambda, alpha, modes, inverse } = bennaFusiModes();
    const reference = [
      0, 2.5840514342734267e-5, 1.2329695979640398e-4, 4.998740255396372e-4, 2.0481361946415033e-3,
      8.611831235187606e-3, 0.03839042199190712, 0.2002853402895225,
    ];
    const alphas = [
      1 / 255,
      7.643979473356475e-3,
      1.1806570937349069e-2,
      2.3740024334347812e-2,
      4.8621045063088036e-2,
      0.10209895964978906,
      0.22641120158477768,
      0.5757566503298246,
    ];
    oneMinusLambda.forEach((value, i) => {
      expect(Math.abs(value - reference[i]!)).toBeLessThanOrEqual(1e-11 * reference[i]!);
      expect(Math.abs(alpha[i]! - alphas[i]!)).toBeLessThan(1e-12);
    });
    expect(Math.abs(alpha.reduce((sum, value) => sum + value) - 1)).toBeLessThan(1e-12);
    modes.forEach((row, k) =>
      row.forEach((_, i) => {
        const product = modes[k]!.reduce((sum, value, j) => sum + value * inverse[j]![i]!, 0);
        expect(Math.abs(product - (i === k ? 1 : 0))).toBeLessThan(1e-12);
      }),
    );
    expect(modes[0]).toEqual(modes[0]!.map(() => 1));
    // T V = V Λ with T of equation (3): (TV)_k = V_k + (g_{k−1}(V_{k−1} − V_k) + g_k(V_{k+1} − V_k))/C_k.
    const conductance = (k: number): number => (k < 1 || k > 7 ? 0 : 2 ** -(k + 2));
    modes.forEach((row, k) =>
      row.forEach((value, i) => {
        const left = conductance(k) * ((modes[k - 1]?.[i] ?? value) - value);
        const right = conductance(k + 1) * ((modes[k + 1]?.[i] ?? value) - value);
        const moved = value + (left + right) / 2 ** k;
        expect(Math.abs(moved - (1 - oneMinusLambda[i]!) * value)).toBeLessThan(1e-12);
      }),
    );
  });

  it("has slower modes that all decay with a leak", () => {
    const { oneMinusLambda } = bennaFusiModes({ leak: 2 ** -10 });
    const taus = oneMinusLambda.map((value) => -1 / Math.log1p(-value));
    [303384.77619756275, 33360.851828392275, 8096.960466679078].forEach((tau, i) =>
      expect(Math.abs(taus[i]! / tau - 1)).toBeLessThan(1e-9),
    );
  });

  it.each([0, 2 ** -10])(
    "equals its multiscale learner under random gradients for 5000 steps, leak %d",
    async (leak) => {
      // The gradient is a normal draw of the step, the same in both programs.
      const noise = (w: Tensor, t: Trace): Tensor => w.mul(t.normal("gradient", [1]).stopGradient());
      const a = await open(noise, bennaFusi({ leak }), [0.7]);
      const b = await open(noise, multiscale(bennaFusiAsMultiscale({ leak })), [0.7]);
      let worst = 0;
      for (let step = 0; step < 5000; step += 5) {
        await a.session.step("train", 5, step);
        await b.session.step("train", 5, step);
        worst = Math.max(worst, Math.abs(a.session.read("w", 0)[0]! - b.session.read("w", 0)[0]!));
      }
      expect(Math.abs(a.session.read("w", 0)[0]! - 0.7)).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(EQUIVALENCE);
    },
  );

  it("conserves Σ C u while no gradient comes", async () => {
    const { session } = await open((w) => w.mul(0), bennaFusi(), [1]);
    const u = [1, -0.5, 0.25, 0.8, -0.6, 0.3, 0.9, -0.2];
    u.forEach((value, k) => session.write(`optimizer/variable${k + 1}.w`, 0, [value]));
    await session.step("train", 1000, 0);
    const after = u.map((_, k) => session.read(`optimizer/variable${k + 1}.w`, 0)[0]!);
    expect(after.reduce((sum, value, k) => sum + 2 ** k * value, 0)).toBeCloseTo(39.4, 10);
    expect(after[0]).toBeCloseTo(0.10602527539726107, 10);
    expect(after[7]).toBeCloseTo(-0.18386926439394224, 10);
  });
});

describe("the multiscale learner", () => {
  it("relearns a reversed target as in figure 1", async () => {
    const target = (step: number): number => (step > 150 && step <= 165 ? -1 : 1);
    const { session } = await open(
      (w, t) => w.sub(t.hyper("target")).square().mul(0.5),
      multiscale({ alphas: [0.1, 0.5], gammas: [1, 0.9] }),
      [0],
    );
    const seen = new Map<number, readonly number[]>();
    for (let trial = 1; trial <= 315; trial++) {
      const parts = [0, 1].map((i) => session.read(`optimizer/subweight${i}.w`, 0)[0]!);
      seen.set(trial, [session.read("w", 0)[0]!, ...parts]);
      session.write("target", 0, [target(trial)]);
      await session.step("train", 1, trial);
    }
    const values: Record<number, readonly number[]> = {
      5: [0.8714, 0.1759, 0.6955],
      50: [0.93804, 0.57529, 0.36274],
      150: [0.98575, 0.90232, 0.08343],
      155: [-0.75604, 0.55744, -1.31348],
      165: [-0.80414, 0.34241, -1.14656],
      170: [0.92478, 0.5991, 0.32568],
      315: [0.9931, 0.95271, 0.04039],
    };
    for (const [trial, expected] of Object.entries(values)) {
      expected.forEach((value, i) =>
        expect(Math.abs(seen.get(Number(trial))![i]! - value)).toBeLessThan(6e-5),
      );
    }
  });

  it("answers a unit gradient with -Σ αᵢ γᵢᵗ⁻¹", async () => {
    const alphas = [0.1, 0.3, 0.2];
    const gammas = [1, 0.9, 0.5];
    const { session } = await open((w, t) => w.mul(t.hyper("g")), multiscale({ alphas, gammas }), [0]);
    session.write("g", 0, [1]);
    for (let step = 1; step <= 20; step++) {
      await session.step("train", 1, step);
      session.write("g", 0, [0]);
      const expected = -alphas.reduce((sum, alpha, i) => sum + alpha * gammas[i]! ** (step - 1), 0);
      expect(Math.abs(session.read("w", 0)[0]! - expected)).toBeLessThan(EQUIVALENCE);
    }
  });

  it.each([
    sgd({ learningRate: 0.1 }),
    adam({ learningRate: 0.1 }),
    momentum({ learningRate: 0.1, momentum: 0.9 }),
  ])("is its base rule bit for bit with one subweight that does not decay: $name", async (base) => {
    const a = await open(pushed, base, [1.5, -0.3]);
    const b = await open(pushed, multiscale({ alphas: [0.37], gammas: [1], base }), [1.5, -0.3]);
    for (let step = 0; step < 50; step++) {
      await a.session.step("train", 1, step);
      await b.session.step("train", 1, step);
      expect([...b.session.read("w", 0)]).toEqual([...a.session.read("w", 0)]);
    }
  });

  it("keeps the initial weight in an anchor when every subweight decays, and decays only that by weight decay", async () => {
    const still = (w: Tensor): Tensor => w.mul(0);
    const kept = await open(still, multiscale({ alphas: [0.1], gammas: [0.5] }), [2]);
    await kept.session.step("train", 30, 0);
    expect(kept.session.read("w", 0)[0]).toBe(2);
    const decayed = await open(still, multiscale({ alphas: [0.1], gammas: [0.5], weightDecay: 0.1 }), [2]);
    await decayed.session.step("train", 3, 0);
    expect(decayed.session.read("w", 0)[0]).toBeCloseTo(2 * 0.9 ** 3, 12);
  });

  it("refuses lists that do not fit", () => {
    expect(() => multiscale({ alphas: [1], gammas: [1, 0.5] })).toThrow("as many alphas as gammas");
    expect(() => multiscale({ alphas: [1, 1], gammas: [1, 1], starts: [0.5, 0.2] })).toThrow(
      "sum to 1, got 0.7",
    );
    expect(() => bennaFusi({ capacities: [1, 2], conductances: [] })).toThrow("one conductance fewer");
    expect(() => bennaFusiModes({ capacities: [1, -2], conductances: [0.1] })).toThrow("capacities > 0");
  });
});
