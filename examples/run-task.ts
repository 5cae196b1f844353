/** runTask: what cannot wait goes past the queue, on a resource kept ready, or on one made for it. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTaskManager } from 'rx-tasker';

class Connection {
  static #opened = 0;
  readonly number = ++Connection.#opened;

  async ask(question: string): Promise<string> {
    await sleep(20);
    return `connection ${this.number}: ${question}`;
  }
}

const closed: number[] = [];
const manager = await createTaskManager({
  onCreate: () => new Connection(), // 1 is the worker's; 2 and 3 are kept for runTask
  onDestroy: ({ number }) => closed.push(number),
  workerCount: 1,
  resourcePoolSize: 2,
  burstInterval: 0,
});

// The only worker is busy, and twenty tasks wait.
const queued = Array.from({ length: 20 }, (_, i) => manager.queueTask((c) => c.ask(`report ${i}`)));
const { queuedTasks, availableResources } = manager.stats();
console.log(`${queuedTasks} wait, ${availableResources} resources for runTask`);

// Three at once, with two resources: the third has one made for it, which is closed when it is done.
const answers = await Promise.all(
  ['is it up?', 'who am I?', 'what time is it?'].map((question) =>
    manager.runTask((connection) => connection.ask(question)),
  ),
);
console.log(answers.join('\n'));
console.log(`still ${manager.stats().queuedTasks} wait; closed: connection ${closed.join()}`);
deepEqual(answers.map((answer) => answer.replace(/:.*/, '')).sort(), [
  'connection 2',
  'connection 3',
  'connection 4',
]);
deepEqual(closed, [4]);
ok(manager.stats().queuedTasks > 10, 'they should not have waited for the queue');

// It also runs while the queue is held, and it counts in the metrics.
manager.pause();
console.log(await manager.runTask((connection) => connection.ask('paused?')));
manager.resume();

await Promise.all(queued);
await manager.stop();
equal(manager.metrics().totalTasksCompleted, 24);
deepEqual(closed.sort(), [1, 2, 3, 4]);
