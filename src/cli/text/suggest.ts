export { didYouMean, editDistance, nearest } from "../../errors/index.ts";
