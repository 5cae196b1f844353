import fc from 'fast-check';
import { Fifo } from '../../src/collections/Fifo.js';
import { LateTasks } from '../../src/scaling/LateTasks.js';

describe('LateTasks', () => {
  it('counts a task once, when the task has waited for too long', () => {
    const late = new LateTasks();
    expect(late.look(0, 3, 3, 100)).toBe(0);
    expect(late.look(99, 0, 3, 100)).toBe(0);
    expect(late.look(100, 2, 4, 100)).toBe(2); // one has started
    expect(late.look(150, 0, 4, 100)).toBe(0);
    expect(late.look(200, 0, 1, 100)).toBe(1); // three more have started, one of the last two
    expect(late.look(500, 0, 1, 100)).toBe(0);
  });

  it('takes a cancelled task for one that has gone', () => {
    const late = new LateTasks();
    expect(late.look(0, 3, 3, 100)).toBe(0);
    expect(late.look(50, 0, 0, 100)).toBe(0);
    expect(late.look(60, 2, 2, 100)).toBe(0);
    expect(late.look(160, 0, 2, 100)).toBe(2);
  });

  it('counts no task twice when tasks may wait longer than before', () => {
    const late = new LateTasks();
    late.look(0, 5, 5, 100);
    expect(late.look(100, 0, 5, 100)).toBe(5);
    expect(late.look(200, 0, 5, 1000)).toBe(0);
    expect(late.look(1000, 0, 5, 1000)).toBe(0);
  });

  it('remembers no tasks that have started', () => {
    const [push, take] = [jest.spyOn(Fifo.prototype, 'push'), jest.spyOn(Fifo.prototype, 'take')];
    const late = new LateTasks();
    for (let time = 1; time <= 100; time++) late.look(time, 2, 3, 1_000_000);
    expect(push).toHaveBeenCalledTimes(100);
    expect(take).toHaveBeenCalledTimes(98);
    jest.restoreAllMocks();
  });

  it('agrees with tasks that are followed one by one', () => {
    const step = fc.record({ elapsed: fc.nat(60), arrive: fc.nat(4), start: fc.nat(5) });
    const property = fc.property(fc.array(step), fc.nat(150), (steps, allowed) => {
      const late = new LateTasks();
      /** When each waiting task had arrived, as the looks see it, and whether it has counted. */
      const waiting: { at: number; isLate: boolean }[] = [];
      let time = 0;
      for (const { elapsed, arrive, start } of steps) {
        time += elapsed;
        for (let i = 0; i < arrive; i++) waiting.push({ at: time, isLate: false });
        waiting.splice(0, start);
        const overdue = waiting.filter(({ at, isLate }) => at <= time - allowed && !isLate);
        for (const task of overdue) task.isLate = true;
        expect(late.look(time, arrive, waiting.length, allowed)).toBe(overdue.length);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
