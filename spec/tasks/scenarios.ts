import { NEVER } from 'rxjs';
import type { TaskInput, TaskState } from '../../src/tasks/transitions.js';
import { Deferred } from '../support/Deferred.js';
import { fails } from './playing.js';
import { draining, judgingForRetry, parked } from './retryScenarios.js';
import type { RunnerRig } from './RunnerRig.js';

/** Brings a task into a state, and gives it an input by `rig.input`. The log has what follows. */
export interface Scenario {
  play: (rig: RunnerRig) => void;
  log: readonly string[];
}

/** By state and input, the scenarios by their names. */
export type Scenarios = Readonly<
  Record<TaskState, Partial<Record<TaskInput, Record<string, Scenario>>>>
>;

const aborted = AbortSignal.abort();

/** A task whose Promise goes on after a timeout of 10 ms. */
export const timedOut = (rig: RunnerRig) => rig.queue(() => rig.result, { timeout: 10 });

/** How a task comes into each cell of the table that can occur. */
export const scenarios: Scenarios = {
  new: {
    accept: {
      'while no worker is free': {
        play: (rig) => {
          rig.pause();
          rig.input(() => rig.queue());
        },
        log: ['new ─accept─▶ waiting', 'arrived'],
      },
    },
    direct: {
      'without a spare resource': {
        play: (rig) => {
          rig.create = () => NEVER;
          rig.input(() => rig.runDirectly());
        },
        log: ['new ─direct─▶ starting', 'arrived', 'onCreate is called'],
      },
      'with a spare resource': {
        play: (rig) => {
          rig.resize(1, rig.spares);
          rig.input(() => rig.runDirectly());
        },
        log: [
          'new ─direct─▶ starting',
          'arrived',
          'started',
          'starting ─begin─▶ running',
          'the task is called',
        ],
      },
    },
    reject: {
      'where as many wait as may': {
        play: (rig) => rig.input(() => rig.refuse()),
        log: ['new ─reject─▶ ended', 'rejected', 'error QueueFullError'],
      },
    },
    cancel: {
      'by a signal that is aborted': {
        play: (rig) => rig.input(() => rig.queue(undefined, { signal: aborted })),
        log: ['new ─cancel─▶ ended', 'arrived', 'cancelled', 'error TaskCancelledError'],
      },
      'of a `runTask` by a signal that is aborted': {
        play: (rig) => rig.input(() => rig.runDirectly(undefined, { signal: aborted })),
        log: [
          'new ─cancel─▶ ended',
          'its direct place is free',
          'arrived',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
    },
  },

  waiting: {
    turn: {
      'when a worker is free': {
        play: (rig) => {
          rig.pause();
          rig.queue();
          rig.input(() => rig.resume());
        },
        log: [
          'waiting ─turn─▶ starting',
          'started',
          'starting ─begin─▶ running',
          'the task is called',
        ],
      },
    },
    cancel: {
      'by its caller': {
        play: (rig) => {
          rig.pause();
          const job = rig.queue();
          rig.input(() => rig.cancel(job));
        },
        log: ['waiting ─cancel─▶ ended', 'cancelled', 'error TaskCancelledError'],
      },
      'by its signal': {
        play: (rig) => {
          rig.pause();
          rig.queue(undefined, { signal: rig.signal });
          rig.input(rig.abort);
        },
        log: ['waiting ─cancel─▶ ended', 'cancelled', 'error TaskCancelledError'],
      },
      'before one that runs': {
        play: (rig) => {
          const running = rig.queue(rig.observe);
          const waiting = rig.queue();
          rig.input(() => rig.cancel(running, waiting));
        },
        log: [
          'waiting ─cancel─▶ ended',
          'running ─cancel─▶ lingering',
          'cancelled',
          'error TaskCancelledError',
          'the signal is aborted',
          'the Observable is torn down',
          'lingering ─settle─▶ ended',
          'its place is free',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
    },
    kill: {
      'before its first attempt': {
        play: (rig) => {
          rig.pause();
          rig.queue();
          rig.input(() => rig.kill());
        },
        log: [
          'waiting ─kill─▶ ended',
          'cancelled',
          'error TaskManagerStoppedError',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
    },
  },

  starting: {
    up: {
      'when its own resource is there': {
        play: (rig) => {
          const creation = new Deferred<string>();
          rig.create = () => creation;
          rig.runDirectly();
          rig.input(() => creation.resolve('resource'));
        },
        log: [
          'starting ─up─▶ starting',
          'started',
          'starting ─begin─▶ running',
          'the task is called',
        ],
      },
    },
    down: {
      'when its own resource cannot be made': {
        play: (rig) => {
          const creation = new Deferred<string>();
          rig.create = () => creation;
          rig.runDirectly();
          rig.input(() => creation.reject('why'));
        },
        log: [
          'resourceFailed',
          'starting ─down─▶ ended',
          'its direct place is free',
          'failed',
          'error ResourceCreationError',
        ],
      },
    },
    begin: {
      'after its start was told': {
        play: (rig) => {
          rig.inputAt('started');
          rig.queue();
        },
        log: ['starting ─begin─▶ running', 'the task is called'],
      },
    },
    cancel: {
      'while its own resource is made': {
        play: (rig) => {
          rig.create = () => NEVER;
          const job = rig.runDirectly();
          rig.input(() => rig.cancel(job));
        },
        log: [
          'starting ─cancel─▶ ended',
          'its direct place is free',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
      'before its own resource is made': {
        play: (rig) => {
          rig.inputAt('arrived', rig.abort);
          rig.runDirectly(undefined, { signal: rig.signal });
        },
        log: [
          'starting ─cancel─▶ ended',
          'its direct place is free',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
      'when its start is told': {
        play: (rig) => {
          rig.inputAt('started', rig.abort);
          rig.queue(undefined, { signal: rig.signal });
        },
        log: [
          'starting ─cancel─▶ ended',
          'its place is free',
          'ended ─begin─▶ ended',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
    },
    kill: {
      'while its own resource is made': {
        play: (rig) => {
          rig.create = () => NEVER;
          rig.runDirectly();
          rig.input(() => rig.kill());
        },
        log: [
          'starting ─kill─▶ ended',
          'cancelled while running',
          'error TaskManagerStoppedError',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
      'when its start is told': {
        play: (rig) => {
          rig.inputAt('started', () => rig.kill());
          rig.queue();
        },
        log: [
          'starting ─kill─▶ ended',
          'ended ─begin─▶ ended',
          'cancelled while running',
          'error TaskManagerStoppedError, started',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
    },
  },

  running: {
    done: {
      'by a Promise': {
        play: (rig) => {
          rig.queue();
          rig.input(() => rig.result.resolve('ok'));
        },
        log: ['running ─done─▶ ended', 'its place is free', 'completed', 'next ok', 'complete ok'],
      },
      'by an Observable': {
        play: (rig) => {
          rig.queue(rig.observe);
          rig.input(() => {
            rig.values.complete();
          });
        },
        log: [
          'the Observable is torn down',
          'running ─done─▶ ended',
          'its place is free',
          'completed',
          'complete undefined',
        ],
      },
      'by a task of `runTask`': {
        play: (rig) => {
          rig.runDirectly();
          rig.input(() => rig.result.resolve('ok'));
        },
        log: [
          'running ─done─▶ ended',
          'its direct place is free',
          'completed',
          'next ok',
          'complete ok',
          'onDestroy is called',
        ],
      },
      'so that the next task has its turn': {
        play: (rig) => {
          rig.queue();
          rig.queue(() => NEVER);
          rig.input(() => rig.result.resolve('ok'));
        },
        log: [
          'running ─done─▶ ended',
          'its place is free',
          'waiting ─turn─▶ starting',
          'completed',
          'next ok',
          'complete ok',
          'started',
          'starting ─begin─▶ running',
          'the task is called',
        ],
      },
    },
    threw: {
      'by a Promise': {
        play: (rig) => {
          rig.queue();
          rig.input(() => rig.result.reject('why'));
        },
        log: [
          'running ─threw─▶ judging',
          'checkHealth is asked',
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error why',
        ],
      },
      'by an Observable': {
        play: (rig) => {
          rig.queue(rig.observe);
          rig.input(() => rig.values.error('why'));
        },
        log: [
          'the Observable is torn down',
          'running ─threw─▶ judging',
          'checkHealth is asked',
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error why',
        ],
      },
    },
    timeout: {
      'of a Promise': {
        play: (rig) => {
          timedOut(rig);
          rig.input(() => rig.time.advanceTo(10));
        },
        log: [
          'running ─timeout─▶ judging',
          'the signal is aborted',
          'checkHealth is asked',
          'judging ─abandon─▶ lingering',
          'its place is free',
          'failed, goes on',
          'error TaskTimeoutError',
        ],
      },
      'of an Observable': {
        play: (rig) => {
          rig.queue(rig.observe, { timeout: 10 });
          rig.input(() => rig.time.advanceTo(10));
        },
        log: [
          'running ─timeout─▶ judging',
          'the signal is aborted',
          'the Observable is torn down',
          'judging ─settle─▶ judging',
          'checkHealth is asked',
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error TaskTimeoutError',
        ],
      },
    },
    cancel: {
      'of a Promise': {
        play: (rig) => {
          const job = rig.queue();
          rig.input(() => rig.cancel(job));
        },
        log: [
          'running ─cancel─▶ lingering',
          'its place is free',
          'the signal is aborted',
          'cancelled while running, goes on',
          'error TaskCancelledError',
        ],
      },
      'of an Observable': {
        play: (rig) => {
          const job = rig.queue(rig.observe);
          rig.input(() => rig.cancel(job));
        },
        log: [
          'running ─cancel─▶ lingering',
          'the signal is aborted',
          'the Observable is torn down',
          'lingering ─settle─▶ ended',
          'its place is free',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
      'of a task of `runTask`': {
        play: (rig) => {
          const job = rig.runDirectly();
          rig.input(() => rig.cancel(job));
        },
        log: [
          'running ─cancel─▶ lingering',
          'its direct place is free',
          'the signal is aborted',
          'cancelled while running, goes on',
          'error TaskCancelledError',
        ],
      },
    },
    kill: {
      'of a Promise': {
        play: (rig) => {
          rig.queue();
          rig.input(() => rig.kill());
        },
        log: [
          'running ─kill─▶ ended',
          'the signal is aborted',
          'cancelled while running',
          'error TaskManagerStoppedError, started',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
      'of an Observable': {
        play: (rig) => {
          rig.queue(rig.observe);
          rig.input(() => rig.kill());
        },
        log: [
          'running ─kill─▶ ended',
          'the signal is aborted',
          'the Observable is torn down',
          'cancelled while running',
          'error TaskManagerStoppedError, started',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
    },
  },

  draining,
  parked,

  judging: {
    ...judgingForRetry,
    retry: {
      'after an unhealthy error': {
        play: (rig) => {
          rig.create = () => NEVER; // none takes the worker's place
          rig.health = false;
          rig.inputAt('checkHealth is asked');
          rig.queue(fails);
        },
        log: [
          'judging ─retry─▶ waiting',
          'its place is free',
          'retried',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
    },
    fail: {
      'after a healthy error': {
        play: (rig) => {
          rig.inputAt('checkHealth is asked');
          rig.queue(fails);
        },
        log: ['judging ─fail─▶ ended', 'its place is free', 'failed', 'error why'],
      },
      'after a healthy error of its second attempt': {
        play: (rig) => {
          rig.health = false;
          rig.queue((_, { attempt }) => {
            rig.health = attempt === 1;
            if (attempt === 1) rig.inputAt('checkHealth is asked');
            throw 'why';
          });
        },
        log: ['judging ─fail─▶ ended', 'its place is free', 'failed', 'error why'],
      },
      'after the unhealthy error of its last attempt': {
        play: (rig) => {
          rig.health = false;
          rig.queue((_, { attempt }) => {
            if (attempt === 1) rig.inputAt('checkHealth is asked');
            throw 'why';
          });
        },
        log: [
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error MaxRetriesExceededError',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
      'after an unhealthy error, since it is tried once': {
        play: (rig) => {
          rig.health = false;
          rig.inputAt('checkHealth is asked');
          rig.queue(fails, { once: true });
        },
        log: [
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error why',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
      'after an unhealthy error of a `runTask`': {
        play: (rig) => {
          rig.health = false;
          rig.inputAt('checkHealth is asked');
          rig.runDirectly(fails);
        },
        log: [
          'judging ─fail─▶ ended',
          'its direct place is free',
          'failed',
          'error why',
          'onDestroy is called',
        ],
      },
      'after an error that asks for another resource': {
        play: (rig) => {
          rig.health = 'replace';
          rig.inputAt('checkHealth is asked');
          rig.queue(fails);
        },
        log: [
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error why',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
      'after the unhealthy timeout of a Promise': {
        play: (rig) => {
          rig.health = false;
          rig.inputAt('checkHealth is asked');
          rig.queue(() => rig.result, { timeout: 10, once: true });
          rig.time.advanceTo(10);
        },
        log: [
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error TaskTimeoutError',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
      'after the timeout of an Observable': {
        play: (rig) => {
          rig.inputAt('checkHealth is asked');
          rig.queue(rig.observe, { timeout: 10 });
          rig.time.advanceTo(10);
        },
        log: ['judging ─fail─▶ ended', 'its place is free', 'failed', 'error TaskTimeoutError'],
      },
    },
    abandon: {
      'after the healthy timeout of a Promise': {
        play: (rig) => {
          rig.inputAt('checkHealth is asked');
          timedOut(rig);
          rig.time.advanceTo(10);
        },
        log: [
          'judging ─abandon─▶ lingering',
          'its place is free',
          'failed, goes on',
          'error TaskTimeoutError',
        ],
      },
    },
    settle: {
      'when a Promise ends at the abort of its signal': {
        play: (rig) => {
          rig.inputAt('the signal is aborted', () => rig.result.resolve('late'));
          timedOut(rig);
          rig.time.advanceTo(10);
        },
        log: [
          'judging ─settle─▶ judging',
          'checkHealth is asked',
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error TaskTimeoutError',
        ],
      },
      'when a Promise fails at the abort of its signal': {
        play: (rig) => {
          rig.inputAt('the signal is aborted', () => rig.result.reject('late'));
          timedOut(rig);
          rig.time.advanceTo(10);
        },
        log: [
          'judging ─settle─▶ judging',
          'checkHealth is asked',
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error TaskTimeoutError',
        ],
      },
      'when an Observable is torn down': {
        play: (rig) => {
          rig.inputAt('the signal is aborted');
          rig.queue(rig.observe, { timeout: 10 });
          rig.time.advanceTo(10);
        },
        log: [
          'the Observable is torn down',
          'judging ─settle─▶ judging',
          'checkHealth is asked',
          'judging ─fail─▶ ended',
          'its place is free',
          'failed',
          'error TaskTimeoutError',
        ],
      },
    },
    cancel: {
      'by `checkHealth`, which wants a retry': {
        play: (rig) => {
          rig.create = () => NEVER;
          rig.health = false;
          rig.inputAt('checkHealth is asked', rig.abort);
          rig.queue(fails, { signal: rig.signal });
        },
        log: [
          'judging ─cancel─▶ judging',
          'judging ─fail─▶ ended',
          'its place is free',
          'cancelled while running',
          'error TaskCancelledError',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
      'by the abort of a Promise that goes on': {
        play: (rig) => {
          rig.inputAt('the signal is aborted', () => rig.cancel(job));
          const job = timedOut(rig);
          rig.time.advanceTo(10);
        },
        log: [
          'judging ─cancel─▶ judging',
          'checkHealth is asked',
          'judging ─abandon─▶ lingering',
          'its place is free',
          'cancelled while running, goes on',
          'error TaskCancelledError',
        ],
      },
    },
    kill: {
      'by `checkHealth`, which wants a retry': {
        play: (rig) => {
          rig.health = false;
          rig.inputAt('checkHealth is asked', () => rig.kill());
          rig.queue(fails);
        },
        log: [
          'judging ─kill─▶ ended',
          'cancelled while running',
          'error TaskManagerStoppedError, started',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
      'by the abort of a Promise that goes on': {
        play: (rig) => {
          rig.inputAt('the signal is aborted', () => rig.kill());
          timedOut(rig);
          rig.time.advanceTo(10);
        },
        log: [
          'judging ─kill─▶ ended',
          'cancelled while running',
          'error TaskManagerStoppedError, started',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
    },
  },

  lingering: {
    settle: {
      'with a result': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.input(() => rig.result.resolve('late'));
        },
        log: ['lingering ─settle─▶ ended', 'workerFreed'],
      },
      'with an unhealthy error': {
        play: (rig) => {
          rig.health = false;
          rig.cancel(rig.queue());
          rig.input(() => rig.result.reject('late'));
        },
        log: [
          'checkHealth is asked',
          'lingering ─settle─▶ ended',
          'workerFreed',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
      'by an Observable that is torn down': {
        play: (rig) => {
          const job = rig.queue(rig.observe);
          rig.inputAt('the signal is aborted');
          rig.cancel(job);
        },
        log: [
          'the Observable is torn down',
          'lingering ─settle─▶ ended',
          'its place is free',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
    },
    graceOver: {
      'after a cancel': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.input(() => rig.time.advanceTo(100));
        },
        log: [
          'lingering ─graceOver─▶ ended',
          'workerFreed',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
      'after a timeout': {
        play: (rig) => {
          timedOut(rig);
          rig.time.advanceTo(10);
          rig.input(() => rig.time.advanceTo(110));
        },
        log: [
          'lingering ─graceOver─▶ ended',
          'workerFreed',
          'workerStopped: unhealthy',
          'onDestroy is called',
          'onCreate is called',
        ],
      },
    },
    cancel: {
      'for the second time': {
        play: (rig) => {
          const job = rig.queue();
          rig.cancel(job);
          rig.input(() => rig.cancel(job));
        },
        log: ['lingering ─cancel─▶ lingering'],
      },
    },
    kill: {
      'of a Promise that goes on': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.input(() => rig.kill());
        },
        log: [
          'lingering ─kill─▶ ended',
          'workerFreed',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
      'of an Observable that is not torn down yet': {
        play: (rig) => {
          const job = rig.queue(rig.observe);
          rig.inputAt('the signal is aborted', () => rig.kill());
          rig.cancel(job);
        },
        log: [
          'lingering ─kill─▶ ended',
          'the Observable is torn down',
          'cancelled while running',
          'error TaskCancelledError',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
    },
  },

  ended: {
    up: {
      'after a cancel by a creation': {
        play: (rig) => {
          rig.inputAt('onCreate is called', rig.abort);
          rig.runDirectly(undefined, { signal: rig.signal });
        },
        log: [
          'starting ─cancel─▶ ended',
          'its direct place is free',
          'ended ─up─▶ ended',
          'cancelled while running',
          'error TaskCancelledError',
          'onDestroy is called',
        ],
      },
    },
    down: {
      'after a cancel by a creation that fails': {
        play: (rig) => {
          rig.create = fails;
          rig.inputAt('onCreate is called', rig.abort);
          rig.runDirectly(undefined, { signal: rig.signal });
        },
        log: [
          'starting ─cancel─▶ ended',
          'its direct place is free',
          'ended ─down─▶ ended',
          'cancelled while running',
          'error TaskCancelledError',
          'resourceFailed',
        ],
      },
    },
    begin: {
      'after a cancel by a listener of its start': {
        play: (rig) => {
          rig.inputAt('started', rig.abort);
          rig.queue(undefined, { signal: rig.signal });
        },
        log: [
          'starting ─cancel─▶ ended',
          'its place is free',
          'ended ─begin─▶ ended',
          'cancelled while running',
          'error TaskCancelledError',
        ],
      },
    },
    settle: {
      'after a kill by `checkHealth`': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.inputAt('checkHealth is asked', () => rig.kill());
          rig.result.reject('late');
        },
        log: [
          'lingering ─kill─▶ ended',
          'workerFreed',
          'workerStopped: stopped',
          'onDestroy is called',
          'ended ─settle─▶ ended',
        ],
      },
    },
    cancel: {
      'for the second time': {
        play: (rig) => {
          rig.pause();
          const job = rig.queue();
          rig.cancel(job);
          rig.input(() => rig.cancel(job));
        },
        log: ['ended ─cancel─▶ ended'],
      },
    },
  },
};
