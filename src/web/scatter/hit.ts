import Flatbush from "flatbush";
import type { Point } from "../charts/CanvasLayer.tsx";

export interface PointIndex {
  /** Index of the nearest point within a distance; −1: none. */
  readonly nearest: (x: number, y: number, within: number) => number;
}

/** Hit tests on drawn points. */
export function pointIndex(points: readonly Point[]): PointIndex {
  if (points.length === 0) return { nearest: () => -1 };
  const tree = new Flatbush(points.length);
  for (const { x, y } of points) tree.add(x, y, x, y);
  tree.finish();
  return { nearest: (x, y, within) => tree.neighbors(x, y, 1, within)[0] ?? -1 };
}

/** Whether a point lies in a closed path (even–odd). */
export function inside(path: readonly Point[], { x, y }: Point): boolean {
  let within = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i++) {
    const [a, b] = [path[i]!, path[j]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}
