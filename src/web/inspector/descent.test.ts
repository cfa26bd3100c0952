import { expect, it } from "vitest";
import { descentOf } from "./descent.ts";

const of = (copies: number, trained: number, ended = true): string =>
  descentOf({ children: { length: trained }, row: { children: copies } }, ended);

it("says how often a member was copied, and which copies came to nothing", () => {
  expect(of(0, 0)).toBe("Nobody has copied it.");
  expect(of(1, 0)).toBe("It was copied once; the copy was not trained further.");
  expect(of(1, 0, false)).toBe("It was copied once; the copy was not trained further yet.");
  expect(of(1, 1)).toBe("It was copied once, and the copy was trained further.");
  expect(of(3, 3)).toBe("It was copied 3 times, and every copy was trained further.");
  expect(of(3, 2)).toBe("It was copied 3 times; 1 copy was not trained further.");
  expect(of(3, 0)).toBe("It was copied 3 times; the copies were not trained further.");
});
