/** A logger of one's own, and a collector that adds a histogram of the waits to what is built in. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createMetricsCollector,
  createTaskManager,
  type Logger,
  type MetricsCollector,
} from 'rx-tasker';

/** `console` or a logger of pino would do as well; this one keeps the lines from `info` up. */
const lines: string[] = [];
const write =
  (level: string) =>
  (message: string): void => {
    const line = `${level.padEnd(5)} ${message}`;
    lines.push(line);
    console.log(line);
  };
const logger: Logger = {
  debug: () => undefined, // the single tasks
  info: write('info'),
  warn: write('warn'),
  error: write('error'),
};

const createHistogram = (bounds: readonly number[]) => {
  const counts = [...bounds, Infinity].map((bound) => ({ bound, count: 0 }));
  return {
    counts,
    add(value: number): void {
      counts.find(({ bound }) => value <= bound)!.count++;
    },
  };
};

const waits = createHistogram([10, 50, 100]);
const builtIn = createMetricsCollector();
const collector: MetricsCollector = {
  ...builtIn,
  recordCompletion(times) {
    builtIn.recordCompletion(times);
    waits.add(times.startedAt - times.queuedAt);
  },
};

const manager = await createTaskManager({
  onCreate: () => ({}),
  onDestroy: () => Promise.reject(new Error('it would not close')),
  workerCount: 2,
  burstInterval: 0, // no scaling
  resourcePoolSize: 0,
  logger,
  collector,
});
await Promise.all(Array.from({ length: 12 }, () => manager.queueTask(() => sleep(30))));
await manager.stop();

for (const { bound, count } of waits.counts) {
  console.log(`waited up to ${String(bound).padStart(8)} ms: ${'▆'.repeat(count)}`);
}
const { totalTasksCompleted, averageWaitTime } = manager.metrics();
console.log(`${totalTasksCompleted} tasks waited ${averageWaitTime.toFixed(0)} ms on average`);

equal(totalTasksCompleted, 12);
equal(
  waits.counts.reduce((sum, { count }) => sum + count, 0),
  12,
);
ok(waits.counts[0]!.count >= 2, 'the first two should have started at once');
deepEqual(
  lines.filter((line) => line.startsWith('error')).length,
  2,
  'both failed releases should have been logged',
);
ok(lines.includes('info  the manager is stopped'));
