import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runsFolder, testApp } from "./fixtures/app.ts";
import { syntheticRun } from "./fixtures/synthetic.ts";

const folder = runsFolder();
const { get } = testApp([folder]);
beforeAll(() => syntheticRun(join(folder, "a"), { members: 6, generations: 2, samples: 10, interval: 20 }));

describe("an answer that is kept", () => {
  it("is not sent again to whoever has it, and another one is", async () => {
    const first = await get("/api/runs/a/fan?px=50");
    const tag = first.headers.get("ETag")!;
    expect(first.status).toBe(200);
    expect((await first.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    const again = await get("/api/runs/a/fan?px=50", { "if-none-match": tag });
    expect([again.status, again.headers.get("ETag"), (await again.arrayBuffer()).byteLength]).toEqual([
      304,
      tag,
      0,
    ]);
    const other = await get("/api/runs/a/fan?px=51", { "if-none-match": tag });
    expect(other.status).toBe(200);
    expect(other.headers.get("ETag")).not.toBe(tag);
  });

  it("is a list of numbers; what is told of the moment has no tag", async () => {
    expect((await get("/api/runs/a")).headers.get("ETag")).toBeNull();
    expect((await get("/api/runs/a/members")).headers.get("ETag")).toBeNull();
  });
});
