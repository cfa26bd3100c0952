import { expect, it, vi } from "vitest";

it("takes what is badly encoded in an address for a name, and does not break", async () => {
  vi.stubGlobal("location", { pathname: "/", search: "", hash: "", protocol: "http:" });
  vi.stubGlobal("window", { location: { pathname: "/", search: "", hash: "" } });
  vi.stubGlobal("document", { querySelector: () => null, getElementById: () => null });
  const { routeOf } = await import("./location.ts");
  expect(routeOf("/runs/a%20b/fitness")).toMatchObject({ kind: "run", run: "a b", page: "fitness" });
  expect(routeOf("/runs/%zz")).toMatchObject({ kind: "run", run: "%zz" });
  expect(routeOf("/runs/a/%E0")).toMatchObject({ kind: "missing" });
});
