/** Heavy tasks arrive all at once: the pool grows to serve them, and goes back when they are done. */
import { equal, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { distinctUntilKeyChanged, filter, firstValueFrom, takeWhile } from 'rxjs';
import { createTaskManager } from 'rx-tasker';

const manager = await createTaskManager({
  onCreate: () => ({ work: (ms: number) => sleep(ms) }),
  onDestroy: () => undefined,
  workerCount: 2,
  maxWorkerCount: 10,
  burstInterval: 50, // look often, and forget soon: an example should not take long
  rateWindow: 500,
  resourcePoolSize: 0,
});
const started = performance.now();
const elapsed = (): string => `${((performance.now() - started) / 1000).toFixed(2)} s`;

// stats$ is right at every event. Here: a line each time that the number of workers changes.
const sizes: number[] = [];
manager.stats$
  .pipe(
    takeWhile(({ state }) => state === 'running'),
    distinctUntilKeyChanged('activeWorkers'),
  )
  .subscribe(({ activeWorkers, busyWorkers, queuedTasks }) => {
    sizes.push(activeWorkers);
    const bar = '█'.repeat(activeWorkers).padEnd(10);
    console.log(`${elapsed()} ${bar} ${busyWorkers} busy, ${queuedTasks} waiting`);
  });

// metrics$ is published at each look at the load.
let highestRate = 0;
manager.metrics$.subscribe(({ taskCompletionRate }) => {
  highestRate = Math.max(highestRate, taskCompletionRate);
});

const calm = async (): Promise<void> => {
  await firstValueFrom(manager.stats$.pipe(filter(({ burstWorkers }) => burstWorkers === 0)));
  await firstValueFrom(
    manager.metrics$.pipe(filter((metrics) => metrics.taskCompletionRate === 0)),
  );
};

const peaks: number[] = [];
for (const count of [40, 6]) {
  console.log(`${elapsed()} ${count} tasks arrive`);
  sizes.length = 0;
  const tasks = Array.from({ length: count }, () => manager.queueTask(({ work }) => work(250)));
  await Promise.all(tasks);
  console.log(`${elapsed()} all done`);
  await calm();
  peaks.push(Math.max(...sizes));
  equal(manager.stats().activeWorkers, 2);
}

const { totalTasksCompleted, p95WaitTime } = manager.metrics();
console.log(
  `${peaks.join(' and then ')} workers, ${highestRate.toFixed(0)} tasks per second at best`,
);
console.log(`p95 of the wait: ${p95WaitTime.toFixed(0)} ms`);
equal(totalTasksCompleted, 46);
ok(
  peaks.every((peak) => peak > 2),
  'the pool should have grown',
);
await manager.stop();
