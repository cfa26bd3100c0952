import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { column, encodeColumns } from "../../figures/index.ts";
import type { PopulationMeta, SnapshotMeta } from "../../server/index.ts";
import { requestOf, runPath } from "./access.ts";
import { nearest, openSnapshot } from "./snapshot.ts";

const held = new Set([
  "/runs/a/fan?metric=loss&px=1500",
  "/runs/a/fan?metric=accuracy&px=1500",
  "/runs/a/population?from=0&until=9",
  "/runs/a/members/3",
  "/runs/a/raster?metric=loss",
  "/runs/a/ancestry?member=3&metric=loss&px=1500",
]);

describe("nearest", () => {
  it("answers a range of steps with the whole run of the same metric", () => {
    expect(nearest("/runs/a/fan?metric=loss&px=800&x0=10&x1=20", held)).toBe(
      "/runs/a/fan?metric=loss&px=1500",
    );
    expect(nearest("/runs/a/fan?metric=accuracy", held)).toBe("/runs/a/fan?metric=accuracy&px=1500");
  });

  it("never answers with another metric, member, path or run", () => {
    expect(nearest("/runs/a/fan?metric=other&px=1500", held)).toBeNull();
    expect(nearest("/runs/a/members/4", held)).toBeNull();
    expect(nearest("/runs/b/fan?metric=loss", held)).toBeNull();
    expect(nearest("/runs/a/ancestry?member=3&metric=loss&px=800&x0=5", held)).not.toBeNull();
    expect(nearest("/runs/a/ancestry?member=4&metric=loss&px=1500", held)).toBeNull();
    expect(nearest("/runs/a/ancestry?generation=2&member=3&metric=loss&px=1500", held)).toBeNull();
  });

  it("ignores how rows are sorted when only one order is held", () => {
    expect(nearest("/runs/a/raster?metric=loss&sort=rank&px=300", held)).toBe("/runs/a/raster?metric=loss");
  });
});

describe("openSnapshot", () => {
  const meta: SnapshotMeta = {
    format: "polytempo-snapshot",
    version: 1,
    madeMs: 0,
    polytempo: "0.1.0",
    runs: ["a"],
    json: { "/runs": { runs: [] } },
    binary: ["/runs/a/shares"],
    leftOut: [],
  };
  const inner = encodeColumns({ meta: { founders: [1] }, arrays: { shares: column(Float32Array.of(1)) } });
  const bytes = encodeColumns({ meta, arrays: { "/runs/a/shares": column(inner) } });

  it("gives JSON and columns back under their requests", async () => {
    const access = await openSnapshot(bytes);
    expect(await access.json("/runs")).toEqual({ runs: [] });
    const shares = await access.columns<{ founders: number[] }>("/runs/a/shares");
    expect(shares.meta.founders).toEqual([1]);
    expect([...shares.arrays["shares"]!.values]).toEqual([1]);
    await expect(access.json("/runs/a/separation")).rejects.toThrow(
      "does not hold this (/runs/a/separation)",
    );
    await expect(access.control("a", { action: "pause" })).rejects.toThrow("cannot be controlled");
  });

  it("refuses other files and other versions in words", async () => {
    await expect(openSnapshot(new Uint8Array([1, 2, 3]))).rejects.toThrow("This is not a snapshot");
    const other = encodeColumns({ meta: { ...meta, version: 2 }, arrays: {} });
    await expect(openSnapshot(other)).rejects.toThrow("another version");
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["a text", "polytempo-snapshot"],
    ["no answers", { ...meta, json: null }],
    ["answers that are a text", { ...meta, json: "x" }],
    ["names that are no texts", { ...meta, binary: [{ x: 1 }] }],
    ["no names", { ...meta, binary: undefined }],
  ])("refuses a file that says of itself: %s", async (_, odd) => {
    await expect(openSnapshot(encodeColumns({ meta: odd, arrays: {} }))).rejects.toThrow(
      "This is not a snapshot",
    );
  });

  it("refuses bytes that are packed wrongly, and answers nothing by the names of an object's own methods", async () => {
    const packed = gzipSync(bytes);
    expect(await (await openSnapshot(new Uint8Array(packed))).json("/runs")).toEqual({ runs: [] });
    const cut = new Uint8Array(packed.subarray(0, packed.length - 20));
    await expect(openSnapshot(cut)).rejects.toThrow("This is not a snapshot");
    const spoiled = Uint8Array.from(packed, (byte, i) => (i === 30 ? byte ^ 0xff : byte));
    await expect(openSnapshot(spoiled)).rejects.toThrow("This is not a snapshot");
    const named = encodeColumns({ meta: { ...meta, binary: ["constructor"], json: {} }, arrays: {} });
    const access = await openSnapshot(named);
    for (const name of ["constructor", "__proto__", "toString"]) {
      await expect(access.columns(name)).rejects.toThrow("does not hold this");
      await expect(access.json(name)).rejects.toThrow("does not hold this");
    }
  });
});

describe("curves in a snapshot", () => {
  const curves = (member: number) =>
    encodeColumns({
      meta: { metric: "loss", px: 2, x0: 0, x1: 10, members: [member] },
      arrays: {
        ...Object.fromEntries(
          ["first", "min", "max", "last"].map((name, i) => [
            name,
            { shape: [1, 2], values: Float32Array.of(member, member + i / 8) },
          ]),
        ),
        breakAt: column(Float32Array.from({ length: member }, () => member)),
        breakMember: column(Int32Array.from({ length: member }, () => member)),
      },
    });
  const key = (member: number) => `/runs/a/columns?members=${member}&metric=loss&px=1500`;
  const bytes = encodeColumns({
    meta: {
      format: "polytempo-snapshot",
      version: 1,
      madeMs: 0,
      polytempo: "0.1.0",
      runs: ["a"],
      json: {},
      binary: [key(1), key(3)],
      leftOut: [],
    } satisfies SnapshotMeta,
    arrays: { [key(1)]: column(curves(1)), [key(3)]: column(curves(3)) },
  });

  it("of several members are put together from those of each; members that are not there are not drawn", async () => {
    const access = await openSnapshot(bytes);
    const got = await access.columns<{ members: number[] }>(
      "/runs/a/columns?members=3,7,1&metric=loss&px=900&x0=2",
    );
    expect(got.meta.members).toEqual([3, 1]);
    expect(got.arrays["last"]).toEqual({ shape: [2, 2], values: Float32Array.of(3, 3.375, 1, 1.375) });
    expect(got.arrays["breakMember"]).toEqual({ shape: [4], values: Int32Array.of(3, 3, 3, 1) });
    expect(
      (await access.columns<{ members: number[] }>("/runs/a/columns?members=1&metric=loss")).meta.members,
    ).toEqual([1]);
    await expect(access.columns("/runs/a/columns?members=7,8&metric=loss")).rejects.toThrow(
      "does not hold this",
    );
    await expect(access.columns("/runs/a/columns?members=1,3&metric=other")).rejects.toThrow(
      "does not hold this",
    );
  });
});

it("names a request the same way whatever the order of its parameters", () => {
  expect(requestOf(runPath("a b", "/fan"), { px: 10, metric: "x&y", x0: null })).toBe(
    "/runs/a%20b/fan?metric=x%26y&px=10",
  );
});

describe("the population of a snapshot", () => {
  const key = (g: number): string => `/runs/a/population?from=${g}&until=${g}`;
  const piece = (g: number) =>
    column(
      encodeColumns({
        meta: { traits: ["lr"], from: g, until: g, founders: [] },
        arrays: {
          generation: column(Uint32Array.of(g, g)),
          member: column(Uint32Array.of(0, 1)),
          coordinates: { shape: [2, 1], values: Float32Array.of(g / 100, g / 10) },
        },
      }),
    );
  const holding = async (generations: readonly number[]) => {
    const meta: SnapshotMeta = {
      format: "polytempo-snapshot",
      version: 1,
      madeMs: 0,
      polytempo: "0.1.0",
      runs: ["a"],
      json: {},
      binary: generations.map(key),
      leftOut: [],
    };
    const arrays = Object.fromEntries(generations.map((g) => [key(g), piece(g)]));
    return await openSnapshot(encodeColumns({ meta, arrays }));
  };
  const asked = "/runs/a/population?from=25&until=29";

  it("is that of the generation asked for, with its trails, from generations held one by one", async () => {
    const access = await holding(Array.from({ length: 30 }, (_, g) => g));
    const { meta, arrays } = await access.columns<PopulationMeta>(asked);
    expect([meta.from, meta.until]).toEqual([25, 29]);
    expect([...arrays["generation"]!.values]).toEqual([25, 25, 26, 26, 27, 27, 28, 28, 29, 29]);
    expect(arrays["coordinates"]!.shape).toEqual([10, 1]);
    expect(arrays["coordinates"]!.values[8]).toBeCloseTo(0.29, 6);
  });

  it("says which generation it is where the one asked for is not held", async () => {
    const { meta, arrays } = await (await holding([0, 9, 18, 27])).columns<PopulationMeta>(asked);
    expect([meta.from, meta.until]).toEqual([27, 27]);
    expect([...arrays["generation"]!.values]).toEqual([27, 27]);
  });
});
