import fc from "fast-check";
import { expect, it } from "vitest";
import { joinNames, splitNames } from "./index.ts";

it("writes any names with commas between, and reads them back", () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: fc.constantFrom("%", "2", "5", "C", "c", ",", "a", " ") }),
  );
  fc.assert(
    fc.property(fc.array(name), (names) => {
      expect(splitNames(joinNames(names))).toEqual(names);
    }),
  );
});

it("leaves names without commas as they always were, and reads what was written before", () => {
  expect(joinNames(["digits", "a b", "ü/<x>"])).toBe("digits,a b,ü/<x>");
  expect(splitNames("digits,digits-2")).toEqual(["digits", "digits-2"]);
  expect(splitNames("keep 50%,top 20 %,")).toEqual(["keep 50%", "top 20 %"]);
  expect(joinNames(["a,b", "100%"])).toBe("a%2Cb,100%25");
});
