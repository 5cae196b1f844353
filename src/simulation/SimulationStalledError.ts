/** Tasks of a simulation do not end, for example when a task that always fails is retried forever. */
export class SimulationStalledError extends Error {
  override readonly name = 'SimulationStalledError';
  /** The time at which the simulation stopped, in ms since the first arrival. */
  readonly time: number;
  /** The number of tasks that had arrived and not ended. */
  readonly unfinished: number;

  /**
   * @param time - the time at which the simulation stopped, in ms
   * @param unfinished - the number of tasks that had arrived and not ended
   */
  constructor(time: number, unfinished: number) {
    super(
      `Expected tasks to end, got no end in 2 million steps until ${time} ms, with ${unfinished} unfinished: ` +
        'lower `maxRetries`, shorten the tasks or raise `burstInterval`',
    );
    this.time = time;
    this.unfinished = unfinished;
  }
}
