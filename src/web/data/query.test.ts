import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Access, AccessError } from "./access.ts";
import { Puller } from "./query.ts";
import { access } from "./source.ts";

/** A place that answers when it is told to. */
class Place {
  readonly asked: string[] = [];
  readonly #answers = new Map<string, { done: (value: unknown) => void; fail: (error: unknown) => void }>();
  readonly access: Access = {
    kind: "snapshot",
    json: <T>(request: string) => {
      this.asked.push(request);
      return new Promise<T>((done, fail) => {
        this.#answers.set(request, { done: done as (value: unknown) => void, fail });
      });
    },
    columns: () => Promise.reject(new AccessError("bug", "not asked here")),
    listen: () => () => {},
    download: () => null,
    control: () => Promise.reject(new AccessError("bug", "not asked here")),
    authorise: () => Promise.resolve(false),
  };

  async answer(request: string, value: unknown): Promise<void> {
    this.#answers.get(request)!.done(value);
    await settled();
  }

  async fail(request: string, error: unknown): Promise<void> {
    this.#answers.get(request)!.fail(error);
    await settled();
  }
}

/** What promises lead to, without any time going by. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

let place: Place;
const before = access.peek();
beforeEach(() => {
  vi.useFakeTimers();
  place = new Place();
  access.value = place.access;
});
afterEach(() => {
  vi.useRealTimers();
  access.value = before;
});

/** Two needs of one panel, and every state of them that the panel was drawn in. */
function panel() {
  const [fan, lines] = [new Puller<string>(false), new Puller<string>(false)];
  const drawn: string[] = [];
  effect(() => {
    const [a, b] = [fan.answer.value, lines.answer.value];
    drawn.push(`${a.data}${a.loading ? "…" : ""} ${b.data}${b.loading ? "…" : ""}`);
  });
  return { fan, lines, drawn };
}

describe("answers of a panel", () => {
  it("that arrive one shortly after the other are drawn together", async () => {
    const { fan, lines, drawn } = panel();
    fan.want("/fan?a", 1);
    lines.want("/columns?a", 1);
    await place.answer("/fan?a", "fan");
    expect(drawn.at(-1)).toBe("null… null…");
    await place.answer("/columns?a", "lines");
    expect(drawn).toEqual(["null null", "null… null", "null… null…", "fan lines"]);
  });

  it("do not wait for one that takes long", async () => {
    const { fan, lines, drawn } = panel();
    fan.want("/fan?b", 1);
    lines.want("/columns?b", 1);
    await place.answer("/columns?b", "lines");
    await vi.advanceTimersByTimeAsync(16);
    expect(drawn.at(-1)).toBe("null… lines");
    await place.answer("/fan?b", "fan");
    expect(drawn.at(-1)).toBe("fan lines");
  });

  it("are asked for one at a time: a newer need takes the place of the one that waits", async () => {
    const { fan } = panel();
    for (const version of [1, 2, 3]) fan.want(`/fan?${version}`, version);
    expect(place.asked).toEqual(["/fan?1"]);
    await place.answer("/fan?1", "one");
    expect(place.asked).toEqual(["/fan?1", "/fan?3"]);
    expect(fan.answer.peek()).toMatchObject({ data: "one", loading: true });
    await place.answer("/fan?3", "three");
    expect(fan.answer.peek()).toMatchObject({ data: "three", loading: false, request: "/fan?3" });
  });

  it("that are older than their need are asked for again, ever more rarely, until they are not", async () => {
    const { fan } = panel();
    const old = { meta: { seq: 7, version: 3 } };
    fan.want("/fan", 7_000_005);
    for (const waitMs of [1000, 2000, 4000]) {
      const asked = place.asked.length;
      await place.answer("/fan", old);
      expect(fan.answer.peek()).toMatchObject({ data: old, loading: false });
      await vi.advanceTimersByTimeAsync(waitMs - 1);
      expect(place.asked).toHaveLength(asked);
      await vi.advanceTimersByTimeAsync(1);
      expect(place.asked).toHaveLength(asked + 1);
    }
    await place.answer("/fan", { meta: { seq: 7, version: 5 } });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(place.asked).toHaveLength(4);
  });

  it("that are older give way to a newer need, which counts anew", async () => {
    const { fan } = panel();
    fan.want("/fan", 7_000_005);
    await place.answer("/fan", { meta: { seq: 7, version: 3 } });
    fan.want("/fan", 7_000_006);
    expect(place.asked).toHaveLength(2);
    await place.answer("/fan", { meta: { seq: 7, version: 6 } });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(place.asked).toHaveLength(2);
  });

  it("of a place that is another now are asked for anew by every panel, though the needs are the same", async () => {
    const { fan, lines } = panel();
    fan.want("/fan", 1);
    lines.want("/lines", 1);
    await place.answer("/fan", "old");
    await place.answer("/lines", "old");
    access.value = { ...place.access };
    fan.want("/fan", 1);
    lines.want("/lines", 1);
    expect(place.asked).toEqual(["/fan", "/lines", "/fan", "/lines"]);
    await place.answer("/fan", "new");
    await place.answer("/lines", "new");
    expect([fan.answer.peek().data, lines.answer.peek().data]).toEqual(["new", "new"]);
  });

  it("that fail leave the older data, and say why", async () => {
    const { fan } = panel();
    fan.want("/fan?c", 1);
    await place.answer("/fan?c", "old");
    fan.want("/fan?d", 2);
    await place.fail("/fan?d", new AccessError("offline", "nobody there"));
    expect(fan.answer.peek()).toMatchObject({ data: "old", loading: false, request: "/fan?c" });
    expect(fan.answer.peek().error?.message).toBe("nobody there");
  });
});
