import { defineConfig } from "vitest/config";

/** Statistical and soak tests that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["src/**/*.long.ts", "test/**/*.long.ts"],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
