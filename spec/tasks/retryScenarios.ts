import { EMPTY, throwError } from 'rxjs';
import { fails } from './playing.js';
import type { RunnerRig } from './RunnerRig.js';
import type { Scenario } from './scenarios.js';

type Inputs = Record<string, Record<string, Scenario>>;

const retry = { count: 1, delay: 10 };
/** A task that fails at its first attempt, and is tried again after 10 ms. */
const park = (rig: RunnerRig) =>
  rig.queue((_, { attempt }) => (attempt === 0 ? fails() : rig.result), { retry });
/** A task whose Promise goes on after a timeout of 10 ms, and which is to be tried again. */
const drain = (rig: RunnerRig) => {
  const job = rig.queue(() => rig.result, { retry, timeout: 10 });
  rig.time.advanceTo(10);
  return job;
};

export const judgingForRetry: Inputs = {
  park: {
    'after a healthy error': {
      play: (rig) => {
        rig.inputAt('checkHealth is asked');
        park(rig);
      },
      log: ['judging ─park─▶ parked', 'its place is free', 'retried'],
    },
    'after the timeout of an Observable': {
      play: (rig) => {
        rig.inputAt('checkHealth is asked');
        rig.queue(rig.observe, { retry, timeout: 10 });
        rig.time.advanceTo(10);
      },
      log: ['judging ─park─▶ parked', 'its place is free', 'retried'],
    },
  },
  drain: {
    'after the timeout of a Promise': {
      play: (rig) => {
        rig.inputAt('checkHealth is asked');
        drain(rig);
      },
      log: ['judging ─drain─▶ draining'],
    },
  },
};

export const draining: Inputs = {
  settle: {
    'when its Promise has ended': {
      play: (rig) => {
        drain(rig);
        rig.input(() => rig.result.resolve('late'));
      },
      log: ['draining ─settle─▶ parked', 'its place is free', 'retried'],
    },
    'when its Promise has failed unhealthily': {
      play: (rig) => {
        drain(rig);
        rig.health = false;
        rig.input(() => rig.result.reject('late'));
      },
      log: [
        'checkHealth is asked',
        'draining ─settle─▶ parked',
        'its place is free',
        'retried',
        'workerStopped: unhealthy',
        'onDestroy is called',
        'onCreate is called',
      ],
    },
  },
  graceOver: {
    'when its Promise has gone on for too long': {
      play: (rig) => {
        drain(rig);
        rig.input(() => rig.time.advanceTo(110));
      },
      log: [
        'draining ─graceOver─▶ parked',
        'its place is free',
        'retried',
        'workerStopped: unhealthy',
        'onDestroy is called',
        'onCreate is called',
      ],
    },
  },
  cancel: {
    'of a Promise': {
      play: (rig) => {
        const job = drain(rig);
        rig.input(() => rig.cancel(job));
      },
      log: [
        'draining ─cancel─▶ lingering',
        'its place is free',
        'cancelled while running, goes on',
        'error TaskCancelledError',
      ],
    },
  },
  kill: {
    'of a Promise': {
      play: (rig) => {
        drain(rig);
        rig.input(() => rig.kill());
      },
      log: [
        'draining ─kill─▶ ended',
        'cancelled while running',
        'error TaskManagerStoppedError, started',
        'workerStopped: stopped',
        'onDestroy is called',
      ],
    },
  },
};

export const parked: Inputs = {
  return: {
    'when its delay is over': {
      play: (rig) => {
        park(rig);
        rig.input(() => rig.time.advanceTo(10));
      },
      log: [
        'parked ─return─▶ waiting',
        'waiting ─turn─▶ starting',
        'requeued',
        'started',
        'starting ─begin─▶ running',
        'the task is called',
      ],
    },
    'while no worker is free': {
      play: (rig) => {
        park(rig);
        rig.pause();
        rig.input(() => rig.time.advanceTo(10));
      },
      log: ['parked ─return─▶ waiting', 'requeued'],
    },
  },
  fail: {
    'by the error of its notifier': {
      play: (rig) => {
        const delay = () => throwError(() => 'enough');
        rig.inputAt('retried');
        rig.queue(fails, { retry: { delay } });
      },
      log: ['parked ─fail─▶ ended', 'failed', 'error enough'],
    },
    'by a notifier that completes': {
      play: (rig) => {
        rig.inputAt('retried');
        rig.queue(fails, { retry: { delay: () => EMPTY } });
      },
      log: ['parked ─fail─▶ ended', 'failed', 'error why'],
    },
    'by a notifier that cannot be made': {
      play: (rig) => {
        rig.inputAt('retried');
        rig.queue(fails, { retry: { delay: fails } });
      },
      log: ['parked ─fail─▶ ended', 'failed', 'error why'],
    },
  },
  cancel: {
    'during its delay': {
      play: (rig) => {
        const job = park(rig);
        rig.input(() => rig.cancel(job));
      },
      log: ['parked ─cancel─▶ ended', 'cancelled', 'error TaskCancelledError'],
    },
    'before its delay begins': {
      play: (rig) => {
        rig.inputAt('retried', rig.abort);
        rig.queue(fails, { retry, signal: rig.signal });
      },
      log: ['parked ─cancel─▶ ended', 'cancelled', 'error TaskCancelledError'],
    },
  },
  kill: {
    'during its delay': {
      play: (rig) => {
        park(rig);
        rig.input(() => rig.kill());
      },
      log: [
        'parked ─kill─▶ ended',
        'cancelled',
        'error TaskManagerStoppedError, started',
        'workerStopped: stopped',
        'onDestroy is called',
      ],
    },
  },
};
