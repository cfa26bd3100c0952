import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../space/index.ts";
import { temporaryDirectory, thrown } from "./fixtures/harness.ts";
import { createRunStore, type DecisionEvent, decisionLine, openRunReader, openRunStore } from "./index.ts";
import { loadSqlite } from "./sqlite.ts";

const event = (generation: number, member: number): DecisionEvent => ({
  generation,
  kind: "decision",
  member,
  body: { score: member / 3, hyperparameters: { lr: 1e-5, act: "relu" } },
});

describe("decision log", () => {
  it("numbers events without gaps and gives them back as they were, over many pages", async () => {
    const store = await createRunStore(temporaryDirectory());
    const events = Array.from({ length: 1203 }, (_, i) => event(Math.floor(i / 10), i % 10));
    store.appendDecisions(events.slice(0, 7));
    store.appendDecisions(events.slice(7));
    expect([...store.decisions()]).toEqual(events.map((one, seq) => ({ ...one, seq })));
    expect([...store.decisions(1200)].map(({ seq }) => seq)).toEqual([1200, 1201, 1202]);
    expect([...store.decisions(5000)]).toEqual([]);
    expect(store.decisionCount()).toBe(1203);
    expect([...store.decisionLines()]).toEqual([...store.decisions()].map(decisionLine));
    store.close();
  });

  it("gives evaluations without their reports where nobody asks for them, and all else as it is", async () => {
    const store = await createRunStore(temporaryDirectory());
    const evaluation = (reports: number): DecisionEvent => ({
      generation: 0,
      kind: "evaluation",
      member: 1,
      body: {
        status: "ok",
        step: 1e21,
        value: 0.1 + 0.2,
        checkpoint: { reports: [1], name: '\u00e9"\n\ud83d\ude00' },
        ...(reports === 0 ? {} : { reports: Array.from({ length: reports }, (_, i) => [i, 5e-324]) }),
      },
    });
    const other: DecisionEvent = { ...event(0, 1), body: { reports: [[1, 2]] } };
    store.appendDecisions([evaluation(50), other, evaluation(0)]);
    expect([...store.briefDecisions()]).toEqual([
      { ...evaluation(0), seq: 0 },
      { ...other, seq: 1 },
      { ...evaluation(0), seq: 2 },
    ]);
    expect([...store.briefDecisions(2)].map(({ seq }) => seq)).toEqual([2]);
    store.close();
  });

  it("leaves out the reports and nothing else, whatever stands around them", async () => {
    const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
    const name = fc.constantFrom("a", "reports", 'reports":[', "\\", "z", "checkpoint", 'x"y');
    const awkward: readonly Json[] = ['"reports":[[1,2]]', [[[]]], '\\"'];
    const body = fc.dictionary(name, fc.oneof(json, fc.constantFrom(...awkward)));
    const pairs = fc.array(
      fc.tuple(
        fc.integer(),
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      ),
    );
    const store = await createRunStore(temporaryDirectory());
    let seq = 0;
    fc.assert(
      fc.property(body, pairs, (rest, reports) => {
        const { reports: _, ...kept } = rest;
        store.appendDecisions([{ generation: 0, kind: "evaluation", member: 0, body: { ...kept, reports } }]);
        const [brief] = store.briefDecisions(seq);
        const { reports: __, ...whole } = [...store.decisions(seq++)][0]!.body;
        expect(brief!.body).toEqual(whole);
      }),
    );
    store.close();
  });

  it("has the same lines and digest for the same events, however they were grouped and spelled", async () => {
    const one = await createRunStore(temporaryDirectory());
    const other = await createRunStore(temporaryDirectory());
    one.appendDecisions([event(0, 1), event(0, 2)]);
    other.appendDecisions([event(0, 1)]);
    expect(other.decisionDigest()).not.toBe(one.decisionDigest());
    const { score, hyperparameters } = event(0, 2).body;
    other.appendDecisions([
      {
        body: { hyperparameters: hyperparameters!, score: score! },
        member: 2,
        kind: "decision",
        generation: 0,
      },
    ]);
    expect([...other.decisionLines()]).toEqual([...one.decisionLines()]);
    expect(other.decisionDigest()).toBe(one.decisionDigest());
    expect(one.decisionDigest()).toMatch(/^[0-9a-f]{64}$/);
    one.close();
    other.close();
  });

  it("writes nothing when one event of a batch is not plain JSON", async () => {
    const store = await createRunStore(temporaryDirectory());
    const bad = { ...event(0, 1), body: { score: Number.NaN } };
    expect(() => store.appendDecisions([event(0, 0), bad])).toThrow("value.score: a finite number is needed");
    expect(store.decisionCount()).toBe(0);
    store.close();
  });

  it("refuses in the database itself to change, delete or skip an event", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    store.appendDecisions([event(0, 0), event(0, 1)]);
    store.close();
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(`${directory}/run.db`);
    const insert = (seq: number): string =>
      `INSERT OR REPLACE INTO decisions VALUES (${seq}, 0, 'decision', 0, '{}', '')`;
    expect(thrown(() => database.exec("UPDATE decisions SET body = '{}'")).message).toContain("append only");
    expect(thrown(() => database.exec("DELETE FROM decisions")).message).toContain("append only");
    expect(thrown(() => database.exec(insert(3))).message).toContain("seq must be the next number");
    expect(thrown(() => database.exec(insert(1))).message).toContain("seq must be the next number");
    database.close();
  });

  it("notices when somebody has forced a change into the file", async () => {
    const directory = temporaryDirectory();
    const store = await createRunStore(directory);
    store.appendDecisions([event(0, 0), event(0, 1), event(1, 0)]);
    store.check();
    store.close();
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(`${directory}/run.db`);
    database.exec("DROP TRIGGER decisions_no_update; UPDATE decisions SET generation = 1 WHERE seq = 1");
    database.close();
    const reader = await openRunReader(directory);
    expect(thrown(() => reader.check())).toMatchObject({
      name: "StoreError",
      kind: "corrupt",
      message: expect.stringContaining("event 1 is not what was written"),
    });
    reader.close();
  });

  it("goes on after closing and opening again", async () => {
    const directory = temporaryDirectory();
    const first = await createRunStore(directory);
    first.appendDecisions([event(0, 0)]);
    first.close();
    const second = await openRunStore(directory);
    second.appendDecisions([event(1, 0)]);
    expect([...second.decisions()].map(({ seq, generation }) => [seq, generation])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    second.check();
    second.close();
  });
});
