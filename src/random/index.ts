export { fillNormal, fillUniform } from "./fill.ts";
export { type Key, key, purposeWord, seedOf, subkey } from "./key.ts";
export { categorical, permutation } from "./permutation.ts";
export { philox4x32 } from "./philox.ts";
export { type Stream, stream } from "./stream.ts";
