import { expect, it } from "vitest";
import { fillNormal, fillUniform, key, stream } from "./index.ts";

it("fills with the first draw of each member's own stream, whatever the number of members", () => {
  const normals = new Float64Array(5);
  const uniforms = new Float64Array(3);
  fillNormal(normals, key(9), "noise", 4);
  fillUniform(uniforms, key(9), "births", 4);
  normals.forEach((value, m) => expect(value).toBe(stream(key(9), "noise", m, 4).normal()));
  uniforms.forEach((value, m) => expect(value).toBe(stream(key(9), "births", m, 4).uniform()));
});
