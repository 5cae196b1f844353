import { Subject } from 'rxjs';
import { Lifecycle, lifecycle, type LifecycleInput } from '../../src/engine/Lifecycle.js';
import type { TaskEvent, TaskManagerState } from '../../src/events/events.js';
import { Deferred } from '../support/Deferred.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { Broken, raise, setUp } from './setUp.js';

/** Brings a manager into a state, and gives it an input by `rig.input`. The log has what follows. */
interface Scenario {
  play: (rig: Rig) => void;
  log: readonly string[];
}
type Scenarios = Readonly<
  Record<TaskManagerState, Readonly<Partial<Record<LifecycleInput, Scenario>>>>
>;

const { apply } = Lifecycle.prototype;

const moveOf = (state: string, input: string, next = 'nowhere'): string =>
  `${state} ─${input}─▶ ${next}`;

const describeEvent = (event: TaskEvent): string =>
  event.type === 'state' ? `state ${event.state}` : event.type;

/** A manager of one worker. Its log has the inputs that reach its lifecycle, and what is told, in order. */
class Rig {
  readonly log: string[] = [];
  /** What each task gives. */
  readonly result = new Deferred<string>();
  /** Makes a resource. */
  create = (): number => 1;
  readonly #controller = new AbortController();
  readonly #released$ = new Subject<void>();
  readonly #hooks = new Map<string, () => void>();
  readonly #set = setUp({
    signal: this.#controller.signal,
    onCreate: () => this.create(),
    onDestroy: () => {
      this.#add('onDestroy is called');
      return this.#released$;
    },
  });
  readonly manager = this.#set.manager;

  readonly pause = (): void => this.manager.pause();
  readonly resume = (): void => this.manager.resume();
  readonly stop = (): void => void this.manager.stop();
  readonly kill = (): void => void this.manager.kill();
  /** Stops the manager by its signal. */
  readonly abort = (): void => this.#controller.abort();
  /** Ends the releases of resources. */
  readonly release = (): void => this.#released$.complete();

  constructor() {
    const log = (line: string): void => this.#add(line);
    jest.spyOn(Lifecycle.prototype, 'apply').mockImplementation(function (this: Lifecycle, input) {
      const { state } = this;
      log(moveOf(state, input, lifecycle[state][input]));
      return apply.call(this, input);
    });
    this.manager.events$.subscribe({
      next: (event) => log(describeEvent(event)),
      complete: () => log('the events complete'),
    });
  }

  /** Gives the input that the scenario is about. The log begins here. */
  input(act: () => void): void {
    this.log.length = 0;
    act();
  }

  /** Gives the input in the callback that next logs the line. */
  inputAt(line: string, act: () => void): void {
    this.#hooks.set(line, () => this.input(act));
  }

  queue(): void {
    this.manager.submit(() => this.result).subscribe({ error: () => undefined });
  }

  /** Whether the manager takes a task. */
  get takesTasks(): boolean {
    let isTaken = true;
    this.manager.submit(() => this.result).subscribe({ error: () => (isTaken = false) });
    return isTaken;
  }

  #add(line: string): void {
    this.log.push(line);
    const act = this.#hooks.get(line);
    this.#hooks.delete(line);
    act?.();
  }
}

const scenarios: Scenarios = {
  running: {
    pause: {
      play: (rig) => {
        rig.input(() => {
          rig.pause();
          rig.queue(); // which waits
        });
      },
      log: ['running ─pause─▶ paused', 'state paused', 'arrived'],
    },
    resume: {
      play: (rig) => rig.input(rig.resume),
      log: ['running ─resume─▶ running'],
    },
    stop: {
      play: (rig) => rig.input(rig.stop),
      log: ['running ─stop─▶ stopping', 'state stopping', 'workerStopped', 'onDestroy is called'],
    },
    kill: {
      play: (rig) => {
        rig.queue();
        rig.queue();
        rig.input(rig.kill);
      },
      log: [
        'running ─kill─▶ killed',
        'state killed',
        'cancelled',
        'cancelled',
        'workerStopped',
        'onDestroy is called',
      ],
    },
  },

  paused: {
    pause: {
      play: (rig) => {
        rig.pause();
        rig.input(rig.pause);
      },
      log: ['paused ─pause─▶ paused'],
    },
    resume: {
      play: (rig) => {
        rig.pause();
        rig.queue();
        rig.input(rig.resume);
      },
      log: ['paused ─resume─▶ running', 'state running', 'started'],
    },
    stop: {
      play: (rig) => {
        rig.pause();
        rig.queue();
        rig.input(rig.stop);
      },
      log: ['paused ─stop─▶ stopping', 'state stopping', 'started'],
    },
    kill: {
      play: (rig) => {
        rig.pause();
        rig.queue();
        rig.input(rig.kill);
      },
      log: [
        'paused ─kill─▶ killed',
        'state killed',
        'cancelled',
        'workerStopped',
        'onDestroy is called',
      ],
    },
  },

  stopping: {
    pause: {
      play: (rig) => {
        rig.queue();
        rig.queue();
        rig.stop();
        rig.input(() => {
          rig.pause();
          rig.result.resolve('ok'); // and the second task has its turn
        });
      },
      log: [
        'stopping ─pause─▶ stopping',
        'completed',
        'started',
        'completed',
        'workerStopped',
        'onDestroy is called',
      ],
    },
    resume: {
      play: (rig) => {
        rig.queue();
        rig.stop();
        rig.input(rig.resume);
      },
      log: ['stopping ─resume─▶ stopping'],
    },
    stop: {
      play: (rig) => {
        rig.queue();
        rig.stop();
        rig.input(rig.abort);
      },
      log: ['stopping ─stop─▶ stopping'],
    },
    kill: {
      play: (rig) => {
        rig.queue();
        rig.stop();
        rig.input(rig.kill);
      },
      log: [
        'stopping ─kill─▶ killed',
        'state killed',
        'cancelled',
        'workerStopped',
        'onDestroy is called',
      ],
    },
    closed: {
      play: (rig) => {
        rig.stop();
        rig.input(rig.release);
      },
      log: [
        'stopping ─closed─▶ stopped',
        'state stopped',
        'the events complete',
        'stopped ─kill─▶ stopped',
      ],
    },
  },

  stopped: {
    pause: {
      play: (rig) => {
        rig.stop();
        rig.inputAt('state stopped', rig.pause);
        rig.release();
      },
      log: ['stopped ─pause─▶ stopped', 'the events complete', 'stopped ─kill─▶ stopped'],
    },
    resume: {
      play: (rig) => {
        rig.stop();
        rig.inputAt('state stopped', rig.resume);
        rig.release();
      },
      log: ['stopped ─resume─▶ stopped', 'the events complete', 'stopped ─kill─▶ stopped'],
    },
    stop: {
      play: (rig) => {
        rig.stop();
        rig.inputAt('state stopped', rig.abort);
        rig.release();
      },
      log: ['stopped ─stop─▶ stopped', 'the events complete', 'stopped ─kill─▶ stopped'],
    },
    kill: {
      play: (rig) => {
        rig.stop();
        rig.inputAt('state stopped', rig.kill);
        rig.release();
      },
      log: ['stopped ─kill─▶ stopped', 'the events complete', 'stopped ─kill─▶ stopped'],
    },
  },

  killed: {
    pause: {
      play: (rig) => {
        rig.kill();
        rig.input(rig.pause);
      },
      log: ['killed ─pause─▶ killed'],
    },
    resume: {
      play: (rig) => {
        rig.kill();
        rig.input(rig.resume);
      },
      log: ['killed ─resume─▶ killed'],
    },
    stop: {
      play: (rig) => {
        rig.kill();
        rig.input(rig.stop);
      },
      log: ['killed ─stop─▶ killed'],
    },
    kill: {
      play: (rig) => {
        rig.kill();
        rig.input(rig.kill);
      },
      log: ['killed ─kill─▶ killed'],
    },
    closed: {
      play: (rig) => {
        rig.kill();
        rig.input(rig.release);
      },
      log: ['killed ─closed─▶ killed', 'the events complete', 'killed ─kill─▶ killed'],
    },
  },
};

/** What might be taken for `closed` where it cannot occur. */
const unreachable: Scenarios = {
  running: {
    closed: {
      play: (rig) => {
        rig.create = () => raise('why');
        rig.queue();
        rig.input(() => {
          rig.release();
          rig.result.reject(new Broken()); // and no resource is left
        });
      },
      log: ['retried', 'workerStopped', 'onDestroy is called', 'resourceFailed'],
    },
  },
  paused: {
    closed: {
      play: (rig) => {
        rig.create = () => raise('why');
        rig.queue();
        rig.pause();
        rig.input(() => {
          rig.release();
          rig.result.reject(new Broken()); // and no resource is left
        });
      },
      log: ['retried', 'workerStopped', 'onDestroy is called', 'resourceFailed'],
    },
  },
  stopping: {},
  stopped: {
    closed: {
      play: (rig) => {
        rig.stop();
        rig.release();
        rig.input(() => {
          rig.stop();
          rig.kill();
        });
      },
      log: [],
    },
  },
  killed: {},
};

type Row = [state: TaskManagerState, input: LifecycleInput, scenario: Scenario];

const states = Object.keys(lifecycle) as TaskManagerState[];
const inputs = [...new Set(states.flatMap((state) => Object.keys(lifecycle[state])))];

const listOf = (all: Scenarios): Row[] =>
  states.flatMap((state) =>
    Object.entries(all[state]).map(([input, scenario]): Row => [
      state,
      input as LifecycleInput,
      scenario,
    ]),
  );
const cellsOf = (table: Readonly<Record<TaskManagerState, object>>): string[] =>
  states.flatMap((state) => Object.keys(table[state]).map((input) => `${state} ${input}`));

/** Plays a scenario, and expects the state after it. */
const expectToPlay = ({ play, log }: Scenario, state: TaskManagerState): void => {
  const errors = unhandledErrors(() => {
    const rig = new Rig();
    play(rig);
    expect(rig.log).toEqual(log);
    expect(rig.manager.stats().state).toBe(state);
    expect(rig.takesTasks).toBe(state === 'running' || state === 'paused');
  });
  expect(errors).toEqual([]);
};

afterEach(() => jest.restoreAllMocks());

describe('The table of the lifecycle', () => {
  it('has a scenario for each of its cells, and for no other cell', () => {
    expect(cellsOf(scenarios).sort()).toEqual(cellsOf(lifecycle).sort());
  });

  it('has a scenario for each other cell, which cannot occur', () => {
    const all = states.flatMap((state) => inputs.map((input) => `${state} ${input}`));
    const known = cellsOf(lifecycle);
    expect(cellsOf(unreachable)).toEqual(all.filter((cell) => !known.includes(cell)));
  });

  it.each(listOf(scenarios))('moves from %s by %s', (state, input, scenario) => {
    const next = lifecycle[state][input]!;
    expect(scenario.log).toContain(moveOf(state, input, next));
    expectToPlay(scenario, next);
  });

  it.each(listOf(unreachable))('has no cell for %s and %s', (state, _, scenario) => {
    expectToPlay(scenario, state);
  });

  it('throws for a cell that cannot occur', () => {
    const onChange = jest.fn();
    const running = new Lifecycle(onChange);
    expect(() => running.apply('closed')).toThrow("A manager that is running cannot get 'closed'");
    expect(running.state).toBe('running');
    expect(onChange).not.toHaveBeenCalled();
  });
});
