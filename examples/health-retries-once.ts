/** Connections that break: what is replaced, what is tried again, and what is not. */
import { deepEqual, equal } from 'node:assert/strict';
import { createTaskManager, MaxRetriesExceededError, type TaskFunction } from 'rx-tasker';

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

class Connection {
  static opened = 0;
  readonly number = ++Connection.opened;
  lost = false;

  send(message: string): string {
    if (this.lost) throw new ConnectionLost(`connection ${this.number} is lost`);
    return `${message} by connection ${this.number}`;
  }
}

const manager = await createTaskManager({
  onCreate: () => new Connection(),
  onDestroy: ({ number }) => console.log(`  connection ${number} is closed`),
  workerCount: 1,
  resourcePoolSize: 0,
  burstInterval: 0,
  checkHealth: (error) => !(error instanceof ConnectionLost),
  maxRetries: 2,
});

/** Loses its connection at its first attempts, and succeeds then. */
const failing =
  (times: number): TaskFunction<Connection, string> =>
  (connection, { attempt }) => {
    connection.lost = attempt < times;
    return connection.send(`sent at attempt ${attempt}`);
  };

const cases: Record<string, () => Promise<string>> = {
  // The connection is replaced, and the task is tried again on the new one.
  'lost twice': () => manager.queueTask(failing(2)),
  // After `maxRetries` it is given up. The last error is the cause.
  'lost always': () => manager.queueTask(failing(Infinity)),
  // "Once" is at most one attempt, for what must not be done twice. The error is as it was thrown.
  'lost, once': () => manager.queueTaskOnce(failing(1)),
  // An error that is not the connection's fault: nothing is replaced or tried again.
  'bad request': () =>
    manager.queueTask((): string => {
      throw new TypeError('no such table');
    }),
};

const outcomes: string[] = [];
for (const [name, run] of Object.entries(cases)) {
  console.log(`${name}:`);
  const outcome = await run().catch((error: unknown) =>
    error instanceof MaxRetriesExceededError
      ? `${error.name} by ${String(error.cause)}`
      : String(error),
  );
  outcomes.push(outcome);
  console.log(`  ${outcome}`);
}
await manager.stop();

deepEqual(outcomes, [
  'sent at attempt 2 by connection 3',
  'MaxRetriesExceededError by ConnectionLost: connection 5 is lost',
  'ConnectionLost: connection 6 is lost',
  'TypeError: no such table',
]);
const { totalTasksRetried, totalTasksFailed, totalTasksCompleted } = manager.metrics();
console.log(
  `${totalTasksCompleted} completed, ${totalTasksFailed} failed, ${totalTasksRetried} retries`,
);
deepEqual([totalTasksCompleted, totalTasksFailed, totalTasksRetried], [1, 3, 4]);
equal(Connection.opened, 7);
