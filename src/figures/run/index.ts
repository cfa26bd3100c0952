export { type EncodedAxis, encodedScale, encodedTicks } from "./axes.ts";
export { type FanData, type FanLine, fanFigure } from "./fan.ts";
export { type OverTimeData, overTimeFigure, type TimeSeries } from "./overTime.ts";
export { type PriceData, priceFigure } from "./price.ts";
export { type ProgressionData, progressionFigure, progressionPanel } from "./progression.ts";
export { gaugePanel, relaxationPanel, type SeparationData, separationFigure } from "./separation.ts";
export { type SharesData, sharesFigure } from "./shares.ts";
export { type SliceData, slicePanel, slicesFigure } from "./slices.ts";
