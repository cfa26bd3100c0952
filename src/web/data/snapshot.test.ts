import { describe, expect, it } from "vitest";
import { column, encodeColumns } from "../../figures/index.ts";
import type { SnapshotMeta } from "../../server/index.ts";
import { requestOf, runPath } from "./access.ts";
import { nearest, openSnapshot } from "./snapshot.ts";

const held = new Set([
  "/runs/a/fan?metric=loss&px=1500",
  "/runs/a/fan?metric=accuracy&px=1500",
  "/runs/a/population?from=0&until=9",
  "/runs/a/members/3",
  "/runs/a/raster?metric=loss",
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
});

it("names a request the same way whatever the order of its parameters", () => {
  expect(requestOf(runPath("a b", "/fan"), { px: 10, metric: "x&y", x0: null })).toBe(
    "/runs/a%20b/fan?metric=x%26y&px=10",
  );
});
