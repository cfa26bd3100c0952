import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { table, withoutCommonPrefix } from "../../src/cli/text/columns.ts";
import { csvLine } from "../../src/cli/text/csv.ts";
import {
  bytes,
  duration,
  grouped,
  parseBytes,
  parseSeconds,
  percent,
  significant,
} from "../../src/cli/text/numbers.ts";
import { plain, plainLines } from "../../src/cli/text/plain.ts";
import { ascii, styleOf } from "../../src/cli/text/style.ts";
import { didYouMean, editDistance, nearest } from "../../src/cli/text/suggest.ts";
import { clip, padStart, width, wrap } from "../../src/cli/text/width.ts";

describe("numbers for people", () => {
  it("never read as zero when they are not, and keep their sign and size", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e308, max: 1e308 }), (value) => {
        const text = significant(value).replaceAll(" ", "").replace("−", "-");
        const back = Number(text);
        if (value === 0) expect(back).toBe(0);
        else expect(Math.abs(back / value - 1)).toBeLessThan(5.1e-4);
      }),
    );
  });

  it.each([
    [0.0000001234567, "1.235e-7"],
    [0.08314, "0.08314"],
    [0.99999, "1"],
    [1234.5678, "1235"],
    [64, "64"],
    [123456, "123 456"],
    [1e9, "1e9"],
    [-0.5, "−0.5"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "∞"],
  ])("writes %f as %s", (value, text) => expect(significant(value)).toBe(text));

  it("writes changes, counts, times and sizes shortly", () => {
    expect([-0.042, 0.003, 0, 11.4].map(percent)).toEqual(["−4.2 %", "+0.3 %", "+0 %", "×12"]);
    expect([999, 6000, 20_000].map((value) => grouped(value))).toEqual(["999", "6 000", "20 000"]);
    expect([420, 9_990, 252_000, 7_500_000, 273_600_000].map(duration)).toEqual([
      "0.4 s",
      "10 s",
      "4m 12s",
      "2h 05m",
      "3d 4h",
    ]);
    expect([999, 1000, 1_540_000, 20e9].map(bytes)).toEqual(["999 B", "1 kB", "1.54 MB", "20 GB"]);
  });

  it("reads times and sizes with units, and refuses the rest", () => {
    expect(["90", "15m", "2h", "1.5d", "500ms"].map(parseSeconds)).toEqual([90, 900, 7200, 129_600, 0.5]);
    expect(["20GB", "500 mb", "1.5TiB", "1000", "2k"].map(parseBytes)).toEqual([
      20e9,
      500e6,
      1.5 * 1024 ** 4,
      1000,
      2000,
    ]);
    expect(["", "soon", "-3", "3 weeks"].map(parseSeconds)).toEqual([null, null, null, null]);
    expect(["", "big", "-3MB"].map(parseBytes)).toEqual([null, null, null]);
  });
});

describe("untrusted text", () => {
  it("loses escapes, controls and direction marks, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u);
        for (const line of plainLines(text)) expect(line).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it("keeps what is text", () => {
    const escape = "\u001b";
    expect(plain(`${escape}[31mred${escape}[0m ${escape}]0;title\u0007tab\there`)).toBe("red tab here");
    expect(plain(`a${escape}[2Jb\u009b1mc`)).toBe("abc");
    expect(plain("学習率 größe 🙂")).toBe("学習率 größe 🙂");
    expect(plainLines("one\r\ntwo\n\tthree")).toEqual(["one", "two", "  three"]);
  });
});

describe("width", () => {
  it("counts cells, not characters", () => {
    expect(["abc", "学習", "e\u0301", "🙂", "\u001b[1mbold\u001b[0m"].map(width)).toEqual([3, 4, 1, 2, 4]);
  });

  it("is what clipping and padding keep", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 30 }), (text, cells) => {
        const shown = plain(text);
        expect(width(clip(shown, cells))).toBeLessThanOrEqual(cells);
        expect(width(padStart(clip(shown, cells), cells))).toBe(cells);
      }),
    );
  });

  it("bounds wrapped lines whose words fit", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1 }), (words) => {
        const lines = wrap(words, 24, 2);
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(24);
        expect(lines.map((line) => line.trim()).join(" ")).toBe(words.join(" "));
      }),
    );
  });

  it("bounds tables: columns drop from the right, those to keep stay", () => {
    const columns = [
      { title: "member", keep: true },
      { title: "lr" },
      { title: "momentum" },
      { title: "state", keep: true },
    ];
    const rows = [["m00", "0.1", "0.9", "training"]];
    expect(table(columns, rows, 40)).toEqual([
      "member  lr   momentum  state",
      "m00     0.1  0.9       training",
    ]);
    expect(table(columns, rows, 28)).toEqual(["member  lr   state", "m00     0.1  training"]);
    expect(table(columns, rows, 16)).toEqual(["member  state", "m00     training"]);
    expect(withoutCommonPrefix(["opt.sgd.lr", "opt.sgd.wd"])).toEqual(["lr", "wd"]);
    expect(withoutCommonPrefix(["opt.lr", "net.width"])).toEqual(["opt.lr", "net.width"]);
  });
});

describe("suggestions", () => {
  it("are a distance: zero for equal names, symmetric, at most the longer length", () => {
    const name = fc.stringMatching(/^[a-e]{0,8}$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it("name what was meant, and nothing when nothing is near", () => {
    const known = ["status", "schedule", "members", "min-alive"];
    expect(
      ["statsu", "sched", "memebrs", "minalive", "frobnicate"].map((text) => nearest(text, known)),
    ).toEqual(["status", "schedule", "members", "min-alive", undefined]);
    expect(didYouMean("zzz", known)).toBe("");
  });
});

describe("style", () => {
  it("follows NO_COLOR, FORCE_COLOR, TERM and the locale", () => {
    const tty = { isTTY: true };
    expect(styleOf(tty, {}).colour).toBe(true);
    expect(styleOf(tty, { NO_COLOR: "1" }).colour).toBe(false);
    expect(styleOf(tty, { TERM: "dumb" })).toEqual({ colour: false, unicode: false });
    expect(styleOf({}, {}).colour).toBe(false);
    expect(styleOf({}, { FORCE_COLOR: "1" }).colour).toBe(true);
    expect(styleOf(tty, { FORCE_COLOR: "0" }).colour).toBe(false);
    expect(styleOf(tty, { LC_ALL: "C" }).unicode).toBe(false);
    expect(styleOf(tty, { LC_ALL: "C.UTF-8" }).unicode).toBe(true);
  });

  it("has an ASCII fallback for every sign that the views use", () => {
    expect(ascii("█▌░ 3 − 2 → … ← · Δ ∞ ≥ ≤ ✓ ✗ × –")).toBe("##. 3 - 2 -> ... <- | d inf >= <= ok no x -");
  });
});

describe("CSV", () => {
  it("quotes what needs it, keeps numbers whole, and defuses formulas", () => {
    expect(csvLine([1e-300, 0.1 + 0.2, null, undefined, "a,b", 'say "x"', "two\nlines", true])).toBe(
      '1e-300,0.30000000000000004,,,"a,b","say ""x""","two\nlines",true',
    );
    expect(csvLine(["=1+1", "@x", -1])).toBe("'=1+1,'@x,-1");
  });
});
