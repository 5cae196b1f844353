/** The smallest use: a pool of calculators, and three ways to have one do a sum. */
import { equal } from 'node:assert/strict';
import { createTaskManager } from 'rx-tasker';

class Calculator {
  static #made = 0;
  readonly name = `calculator ${++Calculator.#made}`;

  add(a: number, b: number): number {
    return a + b;
  }
}

const manager = await createTaskManager({
  onCreate: () => new Calculator(),
  onDestroy: (calculator) => console.log(`${calculator.name} is put away`),
  workerCount: 2,
});

// In the order of arrival, on whichever worker is free. A task may be a plain function, as here, or give a
// Promise or an Observable.
const sum = await manager.queueTask((calculator) => calculator.add(40, 2));
console.log('40 + 2 =', sum);
equal(sum, 42);

// Ahead of all that waits.
const order: string[] = [];
manager.pause(); // so that something waits
const done = Promise.all([
  manager.queueTask(() => order.push('usual')),
  manager.queueTaskWithPriority(() => order.push('urgent')),
]);
manager.resume();
await done;
console.log('served:', order.join(', '));
equal(order.join(), 'urgent,usual');

// Past the queue, on a resource that is kept for it.
const product = await manager.runTask((calculator) => `1 + 2 = ${calculator.add(1, 2)}`);
console.log(product);

const { totalTasksCompleted, averageExecutionTime } = manager.metrics();
console.log(`${totalTasksCompleted} tasks of ${averageExecutionTime.toFixed(3)} ms on average`);
equal(totalTasksCompleted, 4);

await manager.stop();
equal(manager.stats().state, 'stopped');
