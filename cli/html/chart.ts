/** The quantity of the values of a chart. It decides the text of a value. */
export type Quantity =
  'count' | 'rate' | 'time' | 'clock' | 'percentile' | 'workerSeconds' | 'ratio';

/** A chart as the report's script draws it. */
export interface Chart {
  readonly title: string;
  readonly note?: string;
  /** The chart in words, for a reader who cannot see the chart. */
  readonly summary: string;
  readonly x: {
    readonly name: string;
    readonly quantity: Quantity;
    /** @default linear */
    readonly scale?: 'log';
    readonly values: readonly number[];
  };
  /** The quantity of the values of the series. */
  readonly y: Quantity;
  /**
   * The lower end of the y axis.
   *
   * @default 0
   */
  readonly least?: number;
  readonly series: readonly Series[];
  /** Targets as horizontal lines, over the whole width or up to a place on the x axis. */
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
  /** `level`, `dashed` and `area` keep a value until the next one. `points` and `bars` are not joined. */
  readonly style: 'line' | 'marked' | 'level' | 'dashed' | 'area' | 'bars' | 'points';
  /** The number of a colour of the report, from 1. */
  readonly colour: number;
}

/** The place of a percentile on an axis on which 90 %, 99 % and 99.9 % are equally far apart. */
export const percentilePlace = (share: number): number => -Math.log10(1 - share);

/** The text of a place on the axis of percentiles, as in `99.9 %`. */
export const formatPercentile = (place: number): string => {
  const percent = (1 - 10 ** -place) * 100;
  return `${Number(percent.toFixed(place < 1 ? 0 : Math.ceil(place - 1 - 1e-9)))} %`;
};
