import * as fc from 'fast-check';
import type { Load, TaskEvent } from '../../../src/index.js';
import { Recorder, type Span } from '../../../cli/html/Recorder.js';
import { parsePolicy } from '../../../cli/policies.js';
import { simulateSettings, type Settings } from '../../../cli/settings.js';

const settings: Settings = {
  ...{ base: 1, max: 3, startup: 30, interval: 10, rateWindow: 1000 },
  policy: parsePolicy('backlogThreshold(0, step=1)'),
};

const record = (
  tasks: readonly { at: number; duration: number; priority?: number }[],
  most: number,
): { spans: readonly Span[]; events: TaskEvent[]; duration: number } => {
  const events: TaskEvent[] = [];
  const given = tasks.map((task) => ({ priority: 0, ...task }));
  const { duration } = simulateSettings(given, settings, (event) => events.push(event));
  const recorder = new Recorder(duration, most, settings.base);
  for (const event of events) recorder.apply(event);
  return { spans: recorder.finish(), events, duration };
};

describe('Recorder', () => {
  it('keeps the highest value of each level in each span, and counts', () => {
    const tasks = [
      { at: 0, duration: 150 },
      { at: 10, duration: 150 },
      { at: 120, duration: 100 },
    ];
    // The second task waits for a starting worker. Meanwhile the policy asks for one more.
    const { spans, duration } = record(tasks, 4);
    expect(duration).toBeLessThanOrEqual(260);
    expect(spans.map(({ start, length }) => [start, length])).toEqual([
      [0, 100],
      [100, 100],
      [200, duration - 200],
    ]);
    expect(spans.map(({ arrived, completed }) => [arrived, completed])).toEqual([
      [2, 0],
      [1, 2],
      [0, 1],
    ]);
    expect(spans[0]).toMatchObject({ target: 3, up: 2, busy: 2, queued: 1 });
    expect(spans[0]!.waits).toEqual([0, expect.any(Number)]);
    expect(spans[1]!.waits).toHaveLength(1);
    expect(spans[2]!.waits).toEqual([]);
  });

  it('carries levels through spans without an event', () => {
    const { spans } = record([{ at: 0, duration: 1000 }], 10);
    expect(spans).toHaveLength(10);
    for (const { busy, up, queued } of spans.slice(1)) {
      expect({ busy, up, queued }).toEqual({ busy: 1, up: 1, queued: 0 });
    }
  });

  it('has a target from the moment of the scaling on', () => {
    const recorder = new Recorder(40, 4, 2);
    const load = {} as Load;
    recorder.apply({ type: 'scaled', time: 10, from: 2, to: 5, load });
    recorder.apply({ type: 'scaled', time: 20, from: 5, to: 3, load });
    expect(recorder.finish().map(({ target }) => target)).toEqual([2, 5, 3, 3]);
  });

  it('does not count a task as waiting that starts at its arrival', () => {
    const { spans } = record([{ at: 0, duration: 50 }], 10);
    expect(spans.map(({ queued }) => queued)).toEqual(spans.map(() => 0));
  });

  it('has no level in a span that starts at the end of the level', () => {
    const tasks = [
      { at: 0, duration: 100 },
      { at: 150, duration: 50 },
    ];
    expect(record(tasks, 2).spans.map(({ start, busy }) => [start, busy])).toEqual([
      [0, 1],
      [100, 1],
    ]);
    expect(record(tasks, 4).spans.map(({ start, busy }) => [start, busy])).toEqual([
      [0, 1],
      [50, 1],
      [100, 0],
      [150, 1],
    ]);
  });

  it('takes a simulation without a length', () => {
    expect(record([{ at: 0, duration: 0 }], 10).spans).toEqual([
      expect.objectContaining({ start: 0, length: 0, arrived: 1, completed: 1, waits: [0] }),
    ]);
  });

  it('chooses spans that are easy to read', () => {
    const [{ length } = { length: 0 }] = new Recorder(3_453_331, 600, 1).spans;
    expect({ length }).toEqual({ length: 10_000 });
    expect(new Recorder(3_453_331, 600, 1).spans).toHaveLength(346);
    expect(new Recorder(1e11, 40, 1).spans[0]!.length % 86_400_000).toBe(0);
  });

  it('loses no maximum, no task and no wait, however few the spans', () => {
    const task = fc.record({ at: fc.nat(500), duration: fc.nat(200), priority: fc.nat(1) });
    fc.assert(
      fc.property(
        fc.array(task, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        (given, most) => {
          const { spans, events } = record(
            given.toSorted((a, b) => a.at - b.at),
            most,
          );
          expect(spans.length).toBeLessThanOrEqual(most);
          let [queued, busy, up, target] = [0, 0, 0, settings.base];
          let greatest = { queued, busy, up, target };
          const waits: number[] = [];
          events.forEach((event, index) => {
            if (event.type === 'arrived') queued++;
            if (event.type === 'started') [queued, busy] = [queued - 1, busy + 1];
            if (event.type === 'scaled') target = event.to;
            if (event.type === 'workerStarted') up++;
            if (event.type === 'workerStopped') up--;
            if (event.type === 'completed') {
              busy--;
              waits.push(event.startedAt - event.queuedAt);
            }
            // More events follow at this moment.
            if (events[index + 1]?.time === event.time) return;
            greatest = {
              queued: Math.max(greatest.queued, queued),
              busy: Math.max(greatest.busy, busy),
              up: Math.max(greatest.up, up),
              target: Math.max(greatest.target, target),
            };
          });
          const highest = (of: (span: Span) => number): number => Math.max(...spans.map(of));
          expect({
            queued: highest((span) => span.queued),
            busy: highest((span) => span.busy),
            up: highest((span) => span.up),
            target: highest((span) => span.target),
          }).toEqual(greatest);
          const sum = (of: (span: Span) => number): number =>
            spans.reduce((total, span) => total + of(span), 0);
          expect(sum(({ arrived }) => arrived)).toBe(given.length);
          expect(sum(({ completed }) => completed)).toBe(given.length);
          expect(spans.flatMap((span) => span.waits).sort()).toEqual(waits.sort());
        },
      ),
    );
  });
});
