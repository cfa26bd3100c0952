import type { Keys } from "../ui/Panel.tsx";
import { cursor, setCursor } from "../state/selection.ts";

/** Left and right move the shared cursor over generations; `say` puts what is there into words. */
export function generationKeys(generations: ArrayLike<number>, say: (row: number) => void): Keys {
  return {
    move: (x) => {
      const last = generations.length - 1;
      if (last < 0) return;
      const now = cursor.peek();
      let row = last;
      if (now !== null) {
        row = 0;
        while (row < last && generations[row]! < now) row++;
      }
      row = Math.min(last, Math.max(0, row + x));
      setCursor(generations[row]!);
      say(row);
    },
  };
}
