export { layOut, relatives, type Strand, type Tree } from "../../figures/index.ts";
