/** What a chart's values are, and so how they are written. */
export type Quantity = 'count' | 'rate' | 'time' | 'clock' | 'percentile' | 'workerSeconds';

/** A chart as the report's script draws it. */
export interface Chart {
  readonly title: string;
  readonly note?: string;
  /** What is to be seen, for those who do not see it. */
  readonly summary: string;
  readonly x: {
    readonly name: string;
    readonly quantity: Quantity;
    readonly values: readonly number[];
  };
  /** What the values of the series are. */
  readonly y: Quantity;
  readonly series: readonly Series[];
  /** Horizontal lines, what is to be met: over the whole width, or up to a place on the axis of x. */
  readonly limits: readonly Limit[];
}

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly until?: number;
}

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** `level`, `dashed` and `area` stay until the next value, `points` and `bars` are not joined. */
  readonly style: 'line' | 'marked' | 'level' | 'dashed' | 'area' | 'bars' | 'points';
  /** Which of the report's colours, from 1. */
  readonly colour: number;
}

/** The place of a percentile on an axis on which 90 %, 99 % and 99.9 % are equally far apart. */
export const percentilePlace = (share: number): number => -Math.log10(1 - share);

/** What a place on the axis of percentiles says, as in `99.9 %`. */
export const formatPercentile = (place: number): string => {
  const percent = (1 - 10 ** -place) * 100;
  return `${Number(percent.toFixed(place < 1 ? 0 : Math.ceil(place - 1 - 1e-9)))} %`;
};
