import { UsageError } from "../../errors/index.ts";
import type { Implementation } from "../invocation.ts";

export const check: Implementation<"check"> = () => {
  throw new UsageError("polytempo check: is not here yet");
};
