import { NEVER, Subject } from 'rxjs';
import { Deferred } from '../support/Deferred.js';
import { fails } from './playing.js';
import { timedOut, type Scenarios } from './scenarios.js';

/** What might be taken for an input in a cell that cannot occur, and what happens. */
export const unreachable: Scenarios = {
  new: {
    kill: {
      'by a kill before it comes': {
        play: (rig) => rig.input(() => rig.kill()),
        log: ['workerStopped: stopped', 'onDestroy is called'],
      },
    },
  },

  waiting: {
    up: {
      'when the resource of a worker is there': {
        play: (rig) => {
          const creation = new Deferred<string>();
          rig.resize(0);
          rig.create = () => creation;
          rig.resize(1);
          rig.queue();
          rig.input(() => creation.resolve('resource'));
        },
        log: [
          'waiting ─turn─▶ starting',
          'started',
          'starting ─begin─▶ running',
          'the task is called',
        ],
      },
    },
    down: {
      'when the resource of a worker cannot be made': {
        play: (rig) => {
          const creation = new Deferred<string>();
          rig.resize(0);
          rig.create = () => creation;
          rig.resize(1);
          rig.queue();
          rig.input(() => creation.reject('why'));
        },
        log: ['resourceFailed'],
      },
    },
    done: {
      'when the first attempt ends once more': {
        play: (rig) => {
          rig.health = false;
          rig.create = () => NEVER; // none takes the worker's place
          rig.queue();
          rig.result.reject('why');
          rig.input(() => rig.result.resolve('late'));
        },
        log: [],
      },
    },
    timeout: {
      'since a timeout counts from the start': {
        play: (rig) => {
          rig.pause();
          timedOut(rig);
          rig.input(() => rig.time.advanceTo(1000));
        },
        log: [],
      },
    },
    settle: {
      'since the first attempt was given up': {
        play: (rig) => {
          rig.health = false;
          rig.create = () => NEVER;
          timedOut(rig);
          rig.time.advanceTo(10);
          rig.input(() => rig.result.resolve('late'));
        },
        log: [],
      },
    },
    graceOver: {
      'since the first attempt was given up': {
        play: (rig) => {
          rig.health = false;
          rig.create = () => NEVER;
          timedOut(rig);
          rig.time.advanceTo(10);
          rig.input(() => rig.time.advanceTo(1000));
        },
        log: [],
      },
    },
  },

  starting: {
    turn: {
      'when another worker is up': {
        play: (rig) => {
          rig.inputAt('started', () => rig.resize(2));
          rig.queue();
        },
        log: ['starting ─begin─▶ running', 'the task is called', 'onCreate is called'],
      },
    },
    timeout: {
      'since a timeout counts from the start': {
        play: (rig) => {
          rig.create = () => NEVER;
          rig.runDirectly(undefined, { timeout: 10 });
          rig.input(() => rig.time.advanceTo(1000));
        },
        log: [],
      },
    },
    settle: {
      'since the first attempt was given up': {
        play: (rig) => {
          rig.health = false;
          rig.pause();
          timedOut(rig);
          rig.resume();
          rig.time.advanceTo(9);
          rig.inputAt('started', () => rig.result.resolve('late'));
          rig.time.advanceTo(10);
        },
        log: ['starting ─begin─▶ running', 'the task is called'],
      },
    },
  },

  running: {
    up: {
      'when its resource comes once more': {
        play: (rig) => {
          const creation = new Subject<string>();
          rig.create = () => creation;
          rig.runDirectly();
          creation.next('resource');
          rig.input(() => creation.next('another'));
        },
        log: [],
      },
    },
    down: {
      'when its resource fails later': {
        play: (rig) => {
          const creation = new Subject<string>();
          rig.create = () => creation;
          rig.runDirectly();
          creation.next('resource');
          rig.input(() => creation.error('why'));
        },
        log: [],
      },
    },
    settle: {
      'since the first attempt was given up': {
        play: (rig) => {
          const first = new Deferred<string>();
          rig.health = false;
          rig.queue((_, { attempt }) => (attempt === 0 ? first : rig.result), { timeout: 10 });
          rig.time.advanceTo(10);
          rig.input(() => first.resolve('late'));
        },
        log: [],
      },
    },
  },

  draining: {},
  parked: {},

  judging: {
    done: {
      'when a thenable gives a result after its error': {
        play: (rig) => {
          rig.inputAt('checkHealth is asked', () => rig.result.resolve('late'));
          rig.queue();
          rig.result.reject('why');
        },
        log: ['judging ─fail─▶ ended', 'its place is free', 'failed', 'error why'],
      },
    },
    threw: {
      'when a thenable gives another error': {
        play: (rig) => {
          rig.inputAt('checkHealth is asked', () => rig.result.reject('late'));
          rig.queue();
          rig.result.reject('why');
        },
        log: ['judging ─fail─▶ ended', 'its place is free', 'failed', 'error why'],
      },
    },
    timeout: {
      'since its timer is stopped': {
        play: (rig) => {
          rig.inputAt('checkHealth is asked', () => rig.time.advanceTo(1000));
          timedOut(rig);
          rig.result.reject('why');
        },
        log: ['judging ─fail─▶ ended', 'its place is free', 'failed', 'error why'],
      },
    },
  },

  lingering: {
    done: {
      'since a result comes as settle': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.input(() => rig.result.resolve('late'));
        },
        log: ['lingering ─settle─▶ ended', 'workerFreed'],
      },
    },
    threw: {
      'since an error comes as settle': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.input(() => rig.result.reject('late'));
        },
        log: ['checkHealth is asked', 'lingering ─settle─▶ ended', 'workerFreed'],
      },
    },
    timeout: {
      'since its timer is stopped': {
        play: (rig) => {
          rig.cancel(timedOut(rig));
          rig.input(() => rig.time.advanceTo(50));
        },
        log: [],
      },
    },
  },

  ended: {
    turn: {
      'since it has left its lane': {
        play: (rig) => {
          rig.pause();
          rig.cancel(rig.queue());
          rig.input(() => rig.resume());
        },
        log: [],
      },
    },
    done: {
      'when a Promise gives its result after a kill': {
        play: (rig) => {
          rig.queue();
          rig.kill();
          rig.input(() => rig.result.resolve('late'));
        },
        log: [],
      },
    },
    threw: {
      'when a Promise gives its error after the grace': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.time.advanceTo(100);
          rig.input(() => rig.result.reject('late'));
        },
        log: [],
      },
    },
    timeout: {
      'since its timer is stopped': {
        play: (rig) => {
          timedOut(rig);
          rig.result.resolve('ok');
          rig.input(() => rig.time.advanceTo(1000));
        },
        log: [],
      },
    },
    retry: {
      'by `checkHealth`, which kills first': {
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
    },
    fail: {
      'by `checkHealth`, which kills first': {
        play: (rig) => {
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
    },
    abandon: {
      'by `checkHealth`, which kills first': {
        play: (rig) => {
          rig.inputAt('checkHealth is asked', () => rig.kill());
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
    graceOver: {
      'since its timer is stopped': {
        play: (rig) => {
          rig.cancel(rig.queue());
          rig.result.resolve('late');
          rig.input(() => rig.time.advanceTo(1000));
        },
        log: [],
      },
    },
    kill: {
      'since it has left its lane': {
        play: (rig) => {
          rig.pause();
          const [first] = [rig.queue(), rig.queue(), rig.queue()];
          rig.cancel(first);
          rig.input(() => rig.kill());
        },
        log: [
          'waiting ─kill─▶ ended',
          'waiting ─kill─▶ ended',
          'cancelled',
          'error TaskManagerStoppedError',
          'cancelled',
          'error TaskManagerStoppedError',
          'workerStopped: stopped',
          'onDestroy is called',
        ],
      },
      'since it holds nothing': {
        play: (rig) => {
          rig.queue(() => 'ok');
          rig.input(() => rig.kill());
        },
        log: ['workerStopped: stopped', 'onDestroy is called'],
      },
    },
  },
};
