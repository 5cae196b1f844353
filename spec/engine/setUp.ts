import type { TaskEvent } from '../../src/events/events.js';
import { virtualManager } from '../support/virtualManager.js';

export class Broken extends Error {}

/** A manager of one worker that does not scale. It takes `Broken` as an unhealthy error. */
export const setUp = (config: Parameters<typeof virtualManager>[0] = {}) =>
  virtualManager({
    burstInterval: 0,
    checkHealth: (error) => !(error instanceof Broken),
    ...config,
  });

export const raise = (error: unknown): never => {
  throw error;
};

/** The events of tasks in their order, as in `'started 1'`. */
export const taskEvents = (events: readonly TaskEvent[]): string[] =>
  events.flatMap((event) => ('attempt' in event ? `${event.type} ${event.id}` : []));

/** The events of a type. */
export const eventsOf = <K extends TaskEvent['type']>(
  events: readonly TaskEvent[],
  type: K,
): Extract<TaskEvent, { type: K }>[] =>
  events.filter((event): event is Extract<TaskEvent, { type: K }> => event.type === type);
