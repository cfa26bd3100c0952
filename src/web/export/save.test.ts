import { expect, it } from "vitest";
import { csvOf, fileName } from "./save.ts";

it("writes CSV that quotes where needed and that no spreadsheet runs as a formula", () => {
  expect(
    csvOf({
      columns: ["name", "x"],
      rows: [
        ["a,b", 1],
        ['say "hi"', null],
        ["=1+1", Number.NaN],
        ["-x", -2.5],
      ],
    }),
  ).toBe('name,x\r\n"a,b",1\r\n"say ""hi""",\r\n\'=1+1,\r\n\'-x,-2.5\r\n');
});

it("makes file names without paths or markup", () => {
  expect(fileName("../runs/<b>digits", "fan")).toBe("runs-b-digits-fan");
  expect(fileName("", "fan")).toBe("fan");
});
