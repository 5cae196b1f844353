/** The part of the `tdigest` package in use. The package ships no types. */
declare module 'tdigest' {
  export class TDigest {
    constructor(delta?: number, K?: number);
    push(value: number, count?: number): void;
    percentile(p: number): number | undefined;
    percentile(ps: readonly number[]): number[];
  }
}
