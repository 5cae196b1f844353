import { checkObject, checkPositive } from '../checks/check.js';
import { createHeap } from '../collections/createHeap.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import type { Lane, LaneDiscipline } from './LaneDiscipline.js';

/** A lane's place in virtual time, in which a lane of weight w is due a start every 1/w. */
interface Turn {
  readonly lane: Lane;
  readonly weight: number;
  /** From when its next start is due. */
  due: number;
  /** By when its next start should have happened. */
  deadline: number;
}

/** Rounding errors must not keep a lane from a turn that is due now. */
const TOLERANCE = 1e-9;

/**
 * Shares the starts among the lanes in which something waits, in proportion to their weights and smoothly:
 * while the same lanes wait, each stays within one start of its exact share at every moment, and the order
 * is always the same. A lane without a weight has 1. No lane starves.
 *
 * This is worst-case fair weighted fair queueing (WF²Q; Bennett and Zhang, INFOCOM 1996) with starts of
 * equal size: of the lanes that are due a start, the one with the earliest deadline has it.
 *
 * @example
 * ```ts
 * import { from, of } from 'rxjs';
 * import { mergeMapLanes, weighted } from 'rx-tasker/operators';
 *
 * // Of four starts, three are of priority 1, as long as both wait.
 * from([{ p: 0 }, { p: 1 }])
 *   .pipe(
 *     mergeMapLanes((job) => of(job), {
 *       concurrency: 2,
 *       priority: (job) => job.p,
 *       discipline: weighted({ 1: 3, 0: 1 }),
 *     }),
 *   )
 *   .subscribe();
 * ```
 *
 * @param weights - by priority, each a finite number > 0
 * @returns the discipline, for the `discipline` option of `mergeMapLanes` and of the manager
 * @throws InvalidConfigError if a priority or its weight is not a number, or a weight is not > 0
 */
export const weighted = (weights: Readonly<Record<number, number>>): LaneDiscipline => {
  const weightOf = new Map<number, number>();
  checkObject('weights', weights);
  for (const [key, weight] of Object.entries(weights)) {
    const priority = Number(key);
    if (key.trim() === '' || !Number.isFinite(priority)) {
      throw new InvalidConfigError(
        'weights',
        key,
        'an object with numbers, the priorities, as its keys',
      );
    }
    weightOf.set(priority, checkPositive(`weights[${key}]`, weight));
  }

  return () => {
    const turns = new Map<Lane, Turn>();
    const early = createHeap<Turn>((a, b) => a.due < b.due);
    const due = createHeap<Turn>(
      (a, b) =>
        a.deadline < b.deadline || (a.deadline === b.deadline && a.lane.priority > b.lane.priority),
    );
    let now = 0;
    let openWeight = 0;

    const enter = (turn: Turn, from: number): void => {
      turn.due = from;
      turn.deadline = from + 1 / turn.weight;
      early.push(turn);
    };

    return {
      open(lane) {
        const weight = weightOf.get(lane.priority) ?? 1;
        const turn: Turn = { lane, weight, due: now, deadline: now };
        openWeight += weight;
        turns.set(lane, turn);
        enter(turn, now);
      },
      close(lane) {
        const turn = turns.get(lane) as Turn;
        turns.delete(lane);
        due.remove(turn);
        early.remove(turn);
        openWeight = turns.size === 0 ? 0 : openWeight - turn.weight;
      },
      next() {
        // When nobody is due, virtual time moves on to the first who is: a start is never held back.
        if (due.peek() === undefined) now = Math.max(now, (early.peek() as Turn).due);
        for (let turn = early.peek(); turn && turn.due <= now + TOLERANCE; turn = early.peek()) {
          early.remove(turn);
          due.push(turn);
        }
        const turn = due.peek() as Turn;
        due.remove(turn);
        enter(turn, turn.deadline);
        // The sum may have lost, to rounding, what a very large weight left over.
        now += 1 / Math.max(openWeight, turn.weight);
        return turn.lane;
      },
    };
  };
};
