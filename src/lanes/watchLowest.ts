import { createHeap } from '../collections/createHeap.js';
import { scheduleOf } from './createLanes.js';
import type { Lane, LaneDiscipline } from './LaneDiscipline.js';

/**
 * A discipline as it is, which also knows the open lane of the lowest priority, in O(log lanes) a lane that opens or
 * closes. It is for one subscription.
 */
export const watchLowest = (
  discipline: LaneDiscipline,
): { discipline: LaneDiscipline; lowest: () => Lane | undefined } => {
  const open = createHeap<Lane>((a, b) => a.priority < b.priority);
  const watched: LaneDiscipline = () => {
    const schedule = scheduleOf(discipline);
    return {
      open: (lane) => {
        open.push(lane);
        schedule.open(lane);
      },
      close: (lane) => {
        open.remove(lane);
        schedule.close(lane);
      },
      next: () => schedule.next(),
    };
  };
  // Its errors name the discipline.
  Object.defineProperty(watched, 'name', { value: discipline.name });
  return { discipline: watched, lowest: open.peek };
};
