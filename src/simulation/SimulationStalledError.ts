/** Tasks of a simulation do not come to an end, as when one that always fails is tried again for ever. */
export class SimulationStalledError extends Error {
  override readonly name = 'SimulationStalledError';
  /** How far the simulation came, in ms since the first arrival. */
  readonly time: number;
  /** How many tasks had arrived and not ended. */
  readonly unfinished: number;

  /**
   * @param time - how far the simulation came, in ms
   * @param unfinished - how many tasks had arrived and not ended
   */
  constructor(time: number, unfinished: number) {
    super(
      `Expected tasks to end, got none in 2 million steps until ${time} ms, with ${unfinished} unfinished: ` +
        'lower `maxRetries`, shorten the tasks or raise `burstInterval`',
    );
    this.time = time;
    this.unfinished = unfinished;
  }
}
