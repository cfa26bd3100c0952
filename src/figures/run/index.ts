export { type EncodedAxis, encodedAt, encodedScale, encodedTicks } from "./axes.ts";
export { type FanData, type FanLine, fanFigure, type FreshBest, freshLabel } from "./fan.ts";
export { type OverTimeData, overTimeFigure, type TimeSeries } from "./overTime.ts";
export { type PriceData, priceFigure } from "./price.ts";
export {
  generationsAColumn,
  type ProgressionData,
  progressionFigure,
  progressionPanel,
} from "./progression.ts";
export { gaugePanel, relaxationPanel, type SeparationData, separationFigure } from "./separation.ts";
export { type SharesData, sharesFigure } from "./shares.ts";
export { type ScatterData, scatterFigure } from "./scatter.ts";
export { type SliceData, slicePanel, slicesFigure } from "./slices.ts";
export { type TreeData, treeFigure, type TreeStrand } from "./tree.ts";
export { type PairData, pairFigure } from "./pair.ts";
export { type Clade, type CladesData, cladesFigure, cladesOf } from "./clades.ts";
export { type RasterData, rasterFigure } from "./raster.ts";
export { type CompareData, type ComparedCurve, compareFigure } from "./compare.ts";
export { mostSchedulePanels, type ScheduleData, scheduleFigure, type ScheduleLeg } from "./schedule.ts";
export {
  coalescent,
  layOut,
  lineOf,
  relatives,
  type StateName,
  type Strand,
  type Stretch,
  type Tree,
  type TreeAxis,
} from "./strands.ts";
