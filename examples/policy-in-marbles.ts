/**
 * A scaling policy of one's own, tested without waiting: the policy in marbles, and then a manager that has it
 * in virtual time.
 */
import { deepEqual } from 'node:assert/strict';
import {
  map,
  mergeMap,
  pipe,
  range,
  take,
  timer,
  VirtualTimeScheduler,
  type SchedulerLike,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { queueOn, stabilise, TaskManager, type Load, type ScalingPolicy } from 'rx-tasker';

/** Twice as many while something waits, as many as are busy when nothing does, but not fewer at once. */
const doubling = (options: { patience: number; scheduler?: SchedulerLike }): ScalingPolicy =>
  pipe(
    map(({ queued, busy, current }: Load) => (queued > 0 ? current * 2 : busy)),
    stabilise({ down: options.patience, scheduler: options.scheduler }),
  );

// 1. The policy: a stream of loads to a stream of targets. A frame is a millisecond, the patience five.

const load: Load = {
  time: 0,
  arrivalRate: 0,
  completionRate: 0,
  throughput: 0,
  meanExecutionTime: 0,
  executionTime: 0,
  completed: 0,
  failed: 0,
  queued: 0,
  oldestWait: 0,
  busy: 0,
  ready: 2,
  startupTime: 0,
  current: 2,
  base: 2,
  max: 16,
};
const loads = {
  w: { ...load, queued: 9, busy: 2 }, // waiting
  i: { ...load, busy: 3 }, // nothing waits
};
const targets = { 4: 4, 3: 3 };

const testScheduler = new TestScheduler((actual, expected) => deepEqual(actual, expected));
testScheduler.run(({ hot, expectObservable }) => {
  const cases: [loads: string, targets: string][] = [
    ['--w---------|', '--4---------|'],
    ['--w--i------|', '--4-------3-|'], // five after the load fell
    ['--w--i--w--|-', '--4--------|-'], // not at all: it rose again
    ['--i----w--i--------|', '--3----4-------3---|'],
  ];
  for (const [input, output] of cases) {
    expectObservable(hot(input, loads).pipe(doubling({ patience: 5 }))).toBe(output, targets);
    console.log(`loads   ${input}\ntargets ${output}\n`);
  }
});

// 2. The manager: two bursts of tasks, of a second each. Half a minute goes by in an instant.

const scheduler = new VirtualTimeScheduler();
const manager = new TaskManager({
  onCreate: () => timer(500, scheduler), // a resource that takes half a second to come up
  onDestroy: () => undefined,
  workerCount: 2,
  maxWorkerCount: 16,
  burstInterval: 1000,
  scaling: doubling({ patience: 3000, scheduler }),
  scheduler,
});

const changes: string[] = [];
manager.events$.subscribe((event) => {
  if (event.type === 'scaled') changes.push(`${event.time / 1000} s: ${event.from} to ${event.to}`);
});

const bursts$ = timer(1000, 15_000, scheduler).pipe(take(2));
bursts$
  .pipe(
    mergeMap(() => range(0, 20)),
    queueOn(manager, () => () => timer(1000, scheduler)),
  )
  .subscribe();
scheduler.flush(); // to its end: a manager that has nothing to do has no timers
const stopped = manager.stop();
scheduler.flush();
await stopped;

console.log(changes.join('\n'));
deepEqual(changes, [
  '2 s: 2 to 4',
  '3 s: 4 to 8',
  '4 s: 8 to 16',
  '8 s: 16 to 5',
  '9 s: 5 to 2',
  '17 s: 2 to 4',
  '18 s: 4 to 8',
  '19 s: 8 to 16',
  '23 s: 16 to 5',
  '24 s: 5 to 2',
]);
const { totalTasksCompleted, p95WaitTime } = manager.metrics();
console.log(`${totalTasksCompleted} tasks, p95 of the wait ${p95WaitTime} ms`);
deepEqual([totalTasksCompleted, p95WaitTime], [40, 3500]);
