import { concat, finalize, map, NEVER, Observable, of, Subject, throwError, timer } from 'rxjs';
import { ResourceCreationError, ResourceReleaseTimeoutError } from '../../src/events/errors.js';
import { Outbox } from '../../src/events/Outbox.js';
import { Resources, type ResourcesOptions } from '../../src/pool/Resources.js';
import { WorkerPool, type Worker, type WorkerPoolOptions } from '../../src/pool/WorkerPool.js';
import { LinkedList } from '../../src/collections/LinkedList.js';
import { countVisits } from '../support/countVisits.js';
import { into } from '../support/into.js';
import { VirtualTime } from '../support/VirtualTime.js';

/** A pool each call of which is a transition of its own: what it decides is told before it returns. */
class ToldPool extends WorkerPool<number> {
  readonly #outbox: Outbox;

  constructor(options: WorkerPoolOptions<number>) {
    super(options);
    this.#outbox = options.outbox;
  }

  override resize(target: number): void {
    super.resize(target);
    this.#outbox.flush();
  }

  override free(worker: Worker<number>): void {
    super.free(worker);
    this.#outbox.flush();
  }

  override discard(...args: Parameters<WorkerPool<number>['discard']>): void {
    super.discard(...args);
    this.#outbox.flush();
  }

  override close(now: boolean): void {
    super.close(now);
    this.#outbox.flush();
  }
}

const setUp = (
  options: Partial<ResourcesOptions<number> & Omit<WorkerPoolOptions<number>, 'outbox'>> = {},
) => {
  const time = new VirtualTime();
  const outbox = new Outbox();
  const log: unknown[] = [];
  const failures: [string, unknown][] = [];
  let created = 0;
  const resources = new Resources<number>({
    onCreate: () => ++created,
    onDestroy: (resource) => {
      log.push(`release ${resource}`);
    },
    releaseTimeout: 1000,
    scheduler: time,
    onFailed: (operation, error) => failures.push([operation, error]),
    ...options,
  });
  const pool = new ToldPool({
    resources,
    scheduler: time,
    outbox,
    onStarted: ({ resource }) => log.push(`up ${resource}`),
    onStopped: ({ resource }, reason) => log.push(`${reason} ${resource}`),
    ...options,
  });
  return { pool, resources, time, log, failures };
};

const counts = ({ target, up, available, ready$ }: WorkerPool<number>) => ({
  target,
  up,
  available,
  ready: ready$.value,
});

describe('WorkerPool', () => {
  it('starts as many workers as the target says', () => {
    const { pool, log } = setUp();
    expect(counts(pool)).toEqual({ target: 0, up: 0, available: 0, ready: 0 });
    pool.resize(2);
    expect(log).toEqual(['up 1', 'up 2']);
    expect(counts(pool)).toEqual({ target: 2, up: 2, available: 2, ready: 2 });
  });

  it('counts a worker once its resource is up', () => {
    const { pool, time } = setUp({ onCreate: () => timer(10, time) });
    pool.resize(2);
    time.advanceTo(9);
    expect(counts(pool)).toEqual({ target: 2, up: 0, available: 0, ready: 0 });
    time.advanceTo(10);
    expect(counts(pool)).toEqual({ target: 2, up: 2, available: 2, ready: 2 });
    expect(time.timers).toBe(0);
  });

  it('does not start more workers for the starting ones', () => {
    let created = 0;
    const { pool } = setUp({
      onCreate: () => {
        created++;
        return NEVER;
      },
    });
    for (const target of [2, 3, 3, 4]) pool.resize(target);
    expect(created).toBe(4);
  });

  it('leases the worker that came back last', () => {
    const { pool } = setUp();
    pool.resize(3);
    const [a, b] = [pool.lease()!, pool.lease()!];
    pool.free(b);
    pool.free(a);
    expect(pool.lease()).toBe(a);
    expect(pool.lease()).toBe(b);
    expect(pool.lease()).not.toBe(a);
    expect(pool.lease()).toBeUndefined();
  });

  it('tells of each change in the number of workers that are up or available', () => {
    const seen: number[][] = [];
    const { pool } = setUp({ onCount: () => seen.push([pool.up, pool.available]) });
    pool.resize(1);
    pool.free(pool.lease()!);
    pool.discard(pool.lease()!);
    expect(seen).toEqual([
      [1, 1],
      [1, 0],
      [1, 1],
      [1, 0],
      [0, 0],
      [1, 1],
    ]);
  });

  it('does not take back a worker that is gone', () => {
    const { pool } = setUp();
    pool.resize(1);
    const worker = pool.lease()!;
    pool.discard(worker);
    pool.free(worker);
    expect(counts(pool)).toEqual({ target: 1, up: 1, available: 1, ready: 1 });
    expect(pool.lease()).not.toBe(worker);
  });

  it('learns from the last few workers how long a worker takes to come up', () => {
    let takes = 100;
    const { pool, time } = setUp({ onCreate: () => timer(takes, time).pipe(map(() => 1)) });
    const startupTimes = (count: number): number => {
      for (let i = 0; i < count; i++) {
        pool.resize(1);
        time.advanceTo(time.now() + takes);
        pool.resize(0);
      }
      return pool.startupTime;
    };
    expect(startupTimes(0)).toBe(0);
    expect(startupTimes(5)).toBe(100);
    takes = 200;
    expect(startupTimes(1)).toBe(120);
    expect(startupTimes(20)).toBeGreaterThan(195);
    pool.resize(1); // given up before it is up
    pool.resize(0);
    expect(startupTimes(0)).toBeLessThan(200);
  });

  it('learns no negative time when the clock is set back', () => {
    let offset = 0;
    const { pool, time } = setUp({ onCreate: () => timer(100, time).pipe(map(() => 1)) });
    const now = time.now.bind(time);
    time.now = () => now() - offset;
    pool.resize(1);
    offset = 1000;
    time.advanceTo(100);
    expect(pool.startupTime).toBe(0);
    expect(counts(pool).up).toBe(1);
  });

  describe('scaling down', () => {
    it('lets another worker leave each time when all are busy', () => {
      const { pool } = setUp();
      pool.resize(3);
      const leased = [pool.lease()!, pool.lease()!, pool.lease()!];
      pool.resize(2);
      pool.resize(1);
      for (const worker of leased) pool.free(worker);
      expect(counts(pool)).toEqual({ target: 1, up: 1, available: 1, ready: 1 });
    });

    it('lets the worker leave that has been busy for longest', () => {
      const { pool, log } = setUp();
      pool.resize(3);
      const [last, middle] = [pool.lease()!, pool.lease()!, pool.lease()!];
      pool.free(last);
      pool.lease();
      log.length = 0;
      pool.resize(2);
      pool.free(last);
      expect(log).toEqual([]);
      pool.free(middle);
      expect(log).toEqual(['scaledDown 2', 'release 2']);
    });

    it('gives up starting workers before busy ones, the latest first', () => {
      const creations = [1, 2, new Subject<number>(), new Subject<number>()];
      const { pool, log } = setUp({ onCreate: () => creations.shift()! });
      const starting = creations[3] as Subject<number>;
      pool.resize(4);
      pool.lease();
      pool.lease();
      pool.resize(3);
      starting.next(4);
      expect(log).toEqual(['up 1', 'up 2', 'release 4']);
      expect(counts(pool)).toEqual({ target: 3, up: 2, available: 0, ready: 2 });
    });

    it('releases idle workers before starting ones, whose creation is paid', () => {
      const creations = [1, 2, new Subject<number>()];
      const { pool, log } = setUp({ onCreate: () => creations.shift()! });
      const starting = creations[2] as Subject<number>;
      pool.resize(3);
      pool.resize(2);
      starting.next(3);
      expect(log).toEqual(['up 1', 'up 2', 'scaledDown 1', 'release 1', 'up 3']);
    });

    it('releases first the workers that have been idle for longest', () => {
      const { pool, log } = setUp();
      pool.resize(4);
      const leased = [pool.lease()!, pool.lease()!];
      pool.free(leased[1]!);
      log.length = 0;
      pool.resize(2);
      expect(log).toEqual(['scaledDown 1', 'scaledDown 2', 'release 1', 'release 2']);
      expect(counts(pool)).toEqual({ target: 2, up: 2, available: 1, ready: 2 });
    });

    it('lets busy workers leave last, when free', () => {
      const { pool, log } = setUp();
      pool.resize(2);
      const [a, b] = [pool.lease()!, pool.lease()!];
      log.length = 0;
      pool.resize(1);
      expect(log).toEqual([]);
      expect(counts(pool)).toEqual({ target: 1, up: 2, available: 0, ready: 2 });
      pool.free(a);
      pool.free(b);
      expect(log).toEqual(['scaledDown 2', 'release 2']);
      expect(counts(pool)).toEqual({ target: 1, up: 1, available: 1, ready: 1 });
    });

    it('takes back leaving workers before the start of new ones', () => {
      const { pool, log } = setUp();
      pool.resize(2);
      const leased = [pool.lease()!, pool.lease()!];
      log.length = 0;
      pool.resize(0);
      pool.resize(3);
      expect(log).toEqual(['up 3']);
      for (const worker of leased) pool.free(worker);
      expect(log).toEqual(['up 3']);
      expect(counts(pool)).toEqual({ target: 3, up: 3, available: 3, ready: 3 });
    });

    it('takes back first the worker that was told to leave last', () => {
      const { pool, log } = setUp();
      pool.resize(4);
      const leased = Array.from({ length: 4 }, () => pool.lease()!);
      log.length = 0;
      pool.resize(1);
      pool.free(leased[1]!);
      pool.resize(2);
      pool.resize(1);
      pool.resize(2);
      for (const worker of leased) pool.free(worker);
      expect(log).toEqual(['scaledDown 3', 'release 3', 'scaledDown 4', 'release 4']);
      expect(counts(pool)).toEqual({ target: 2, up: 2, available: 2, ready: 2 });
    });

    it('does not replace a worker that is discarded while leaving', () => {
      const { pool, log } = setUp();
      pool.resize(1);
      const worker = pool.lease()!;
      pool.resize(0);
      pool.discard(worker);
      expect(log).toEqual(['up 1', 'unhealthy 1', 'release 1']);
      expect(counts(pool)).toEqual({ target: 0, up: 0, available: 0, ready: 0 });
    });
  });

  it('replaces a worker that is discarded', () => {
    const { pool, log } = setUp();
    pool.resize(1);
    pool.discard(pool.lease()!);
    expect(log).toEqual(['up 1', 'unhealthy 1', 'release 1', 'up 2']);
    expect(counts(pool)).toEqual({ target: 1, up: 1, available: 1, ready: 1 });
  });

  describe('a failing creation', () => {
    it('is repeated with a growing delay, and does not spin', () => {
      const attempts: number[] = [];
      const { pool, time, failures } = setUp({
        onCreate: () => {
          attempts.push(time.now());
          throw 'why';
        },
      });
      pool.resize(1);
      time.advanceTo(50_000);
      expect(attempts).toEqual([
        0, 100, 300, 700, 1500, 3100, 6300, 12_700, 22_700, 32_700, 42_700,
      ]);
      expect(failures).toHaveLength(attempts.length);
      expect(failures[0]).toEqual(['creation', new ResourceCreationError('why')]);
      expect(pool.target).toBe(1);
    });

    it('brings the worker up when the creation works', () => {
      let attempts = 0;
      const { pool, time, log } = setUp({
        onCreate: () => {
          if (++attempts < 4) throw 'not yet';
          return attempts;
        },
      });
      pool.resize(1);
      time.advanceTo(699);
      expect(log).toEqual([]);
      time.advanceTo(700);
      expect(log).toEqual(['up 4']);
      expect(time.timers).toBe(0);
    });

    it('is not assumed for a thenable whose `then` returns nothing', () => {
      const { pool, log, failures } = setUp({
        onCreate: () => ({ then: (resolve) => void arrive.push(resolve as never) as never }),
      });
      const arrive: ((resource: number) => void)[] = [];
      pool.resize(1);
      arrive.forEach((resolve) => resolve(1));
      expect(failures).toEqual([]);
      expect(log).toEqual(['up 1']);
    });

    it('includes an Observable without a resource', () => {
      const { pool, failures } = setUp({ onCreate: () => new Observable((s) => s.complete()) });
      pool.resize(1);
      expect(failures).toEqual([['creation', expect.any(ResourceCreationError)]]);
    });

    it('is not repeated when the worker is no longer needed', () => {
      let attempts = 0;
      const { pool, time } = setUp({
        onCreate: () => {
          attempts++;
          throw 'why';
        },
      });
      pool.resize(1);
      pool.resize(0);
      expect(time.timers).toBe(0);
      time.advanceTo(1000);
      expect(attempts).toBe(1);
    });
  });

  describe('a temporary worker', () => {
    it('is released when given back, and is not counted', () => {
      const { pool, log } = setUp();
      const worker = pool.leaseTemporary();
      pool.bringUp(worker, () => log.push(`ready ${worker.resource}`), into(log).error);
      expect(counts(pool)).toEqual({ target: 0, up: 0, available: 0, ready: 0 });
      pool.free(worker);
      expect(log).toEqual(['ready 1', 'release 1']);
    });

    it('is tried only once', () => {
      const { pool, time } = setUp({
        onCreate: () => {
          throw 'why';
        },
      });
      const errors: unknown[] = [];
      pool.bringUp(pool.leaseTemporary(), () => undefined, into(errors).error);
      expect(errors).toEqual([new ResourceCreationError('why')]);
      expect(time.timers).toBe(0);
    });

    it('releases a late resource that no task waits for', () => {
      const creation = new Subject<number>();
      const { pool, log, time } = setUp({ onCreate: () => creation });
      const worker = pool.leaseTemporary();
      pool.bringUp(worker, () => log.push('ready'), into(log).error);
      pool.free(worker);
      expect(time.timers).toBe(1);
      creation.next(1);
      expect(log).toEqual(['release 1']);
      expect(time.timers).toBe(0);
    });
  });

  it('keeps the workers that a listener leases when another worker leaves', () => {
    const leased: (number | undefined)[] = [];
    const { pool, log } = setUp({
      onStopped: () => {
        while (pool.available > 0) leased.push(pool.lease()?.resource);
      },
    });
    pool.resize(3);
    pool.resize(1);
    expect(leased).toEqual([3, 2]);
    expect(log).toEqual(['up 1', 'up 2', 'up 3', 'release 1']);
    expect(counts(pool)).toEqual({ target: 1, up: 2, available: 0, ready: 2 });
  });

  describe('an Observable that gives a resource', () => {
    /** A pool with a Subject for each resource. The log gets `left` at the unsubscribe from a Subject. */
    const setUpSubjects = (options: Parameters<typeof setUp>[0] = {}) => {
      const subjects: Subject<number>[] = [];
      const onCreate = () => {
        const subject = new Subject<number>();
        const number = subjects.push(subject);
        return new Observable<number>((subscriber) => {
          subscriber.add(() => set.log.push(`left ${number}`));
          subscriber.add(subject.subscribe(subscriber));
          subscriber.next(number);
        });
      };
      const set = setUp({ onCreate, ...options });
      return { ...set, subjects };
    };

    it('is unsubscribed after the release, with further values ignored', () => {
      const { pool, resources, log, subjects } = setUpSubjects();
      resources.closed$.subscribe(into(log));
      pool.resize(1);
      subjects[0]!.next(7);
      expect(pool.lease()!.resource).toBe(1);
      pool.close(true);
      resources.close();
      expect(log).toEqual(['up 1', 'stopped 1', 'release 1', 'left 1', undefined, '|']);
    });

    it('is unsubscribed after the end of a slow release', () => {
      const releasing = new Subject<void>();
      const { pool, resources, log } = setUpSubjects({ onDestroy: () => releasing });
      resources.closed$.subscribe(into(log));
      pool.resize(1);
      pool.close(true);
      resources.close();
      expect(log).toEqual(['up 1', 'stopped 1']);
      releasing.complete();
      expect(log.slice(2)).toEqual(['left 1', undefined, '|']);
    });

    it.each<[string, () => unknown, number]>([
      ['fails', () => throwError(() => 'why'), 0],
      ['does not end', () => NEVER, 1000],
    ])('is unsubscribed after a release that %s', (_, onDestroy, until) => {
      const { pool, resources, time, log, failures } = setUpSubjects({ onDestroy });
      resources.closed$.subscribe(into(log));
      pool.resize(1);
      pool.close(true);
      resources.close();
      time.advanceTo(until);
      expect(failures).toHaveLength(1);
      expect(log).toEqual(['up 1', 'stopped 1', 'left 1', undefined, '|']);
      expect(time.timers).toBe(0);
    });

    it('is unsubscribed after the release of a resource that came too late', () => {
      const log: unknown[] = [];
      const creation = new Subject<number>();
      const { pool, time } = setUp({
        onCreate: () => creation.pipe(finalize(() => log.push('left'))),
        onDestroy: (resource) => log.push(`release ${resource}`),
      });
      pool.resize(1);
      pool.resize(0);
      creation.next(1);
      expect(log).toEqual(['release 1', 'left']);
      expect(time.timers).toBe(0);
    });

    it('keeps its resource in use after its completion', () => {
      const { pool, log, subjects } = setUpSubjects();
      pool.resize(1);
      subjects[0]!.complete();
      expect(log).toEqual(['up 1', 'left 1']);
      expect(counts(pool)).toEqual({ target: 1, up: 1, available: 1, ready: 1 });
    });

    it('has its idle worker replaced at an error', () => {
      const stopped: unknown[] = [];
      const { pool, log, subjects, failures } = setUpSubjects({
        onStopped: ({ id, broken }, reason) => stopped.push([id, reason, broken?.error]),
      });
      pool.resize(1);
      pool.free(pool.lease()!);
      subjects[0]!.error('lost');
      expect(stopped).toEqual([[1, 'unhealthy', 'lost']]);
      expect(log).toEqual(['up 1', 'release 1', 'left 1', 'up 2']);
      expect(failures).toEqual([]);
      expect(counts(pool)).toEqual({ target: 1, up: 1, available: 1, ready: 1 });
    });

    it('has its busy worker replaced at an error, once free', () => {
      const stopped: unknown[] = [];
      const { pool, log, subjects } = setUpSubjects({
        onStopped: ({ id, broken }, reason) => stopped.push([id, reason, broken?.error]),
      });
      pool.resize(1);
      const worker = pool.lease()!;
      subjects[0]!.error('lost');
      expect(log).toEqual(['up 1', 'left 1']);
      pool.free(worker);
      expect(stopped).toEqual([[1, 'unhealthy', 'lost']]);
      expect(log).toEqual(['up 1', 'left 1', 'release 1', 'up 2']);
    });

    it('has no leaving worker replaced at an error', () => {
      const { pool, log, subjects } = setUpSubjects();
      pool.resize(1);
      const worker = pool.lease()!;
      pool.resize(0);
      subjects[0]!.error('lost');
      pool.free(worker);
      expect(log).toEqual(['up 1', 'left 1', 'unhealthy 1', 'release 1']);
      expect(counts(pool)).toEqual({ target: 0, up: 0, available: 0, ready: 0 });
    });

    it('causes no report of an error while its resource is released', () => {
      const releasing = new Subject<void>();
      const { pool, log, subjects, failures } = setUpSubjects({ onDestroy: () => releasing });
      pool.resize(1);
      pool.discard(pool.lease()!);
      subjects[0]!.error('lost');
      expect(log).toEqual(['up 1', 'unhealthy 1', 'up 2', 'left 1']);
      releasing.complete();
      expect(counts(pool)).toEqual({ target: 1, up: 1, available: 1, ready: 1 });
      expect(failures).toEqual([]);
    });

    it('leaves a temporary worker to its task at an error', () => {
      const { pool, log, subjects } = setUpSubjects();
      const worker = pool.leaseTemporary();
      pool.bringUp(worker, () => log.push('ready'), into(log).error);
      subjects[0]!.error('lost');
      expect(log).toEqual(['ready', 'left 1']);
      pool.free(worker);
      expect(log).toEqual(['ready', 'left 1', 'release 1']);
    });

    it('causes no endless replacements when failing as soon as a worker is up', () => {
      const up: number[] = [];
      const { pool, time, log } = setUp({
        onCreate: () =>
          concat(
            of(time.now()),
            throwError(() => 'lost'),
          ),
        onStarted: ({ resource }) => up.push(resource!),
      });
      pool.resize(1);
      time.advanceTo(1500);
      expect(up).toEqual([0, 100, 300, 700, 1500]);
      expect(log).toEqual(up.flatMap((each) => [`unhealthy ${each}`, `release ${each}`]));
      pool.resize(0);
      expect(time.timers).toBe(0);
    });

    it('has a worker replaced at once that has been used', () => {
      const { pool, subjects, log, time } = setUpSubjects({ onDestroy: () => undefined });
      pool.resize(1);
      subjects[0]!.error('lost');
      time.advanceTo(100);
      pool.free(pool.lease()!);
      subjects[1]!.error('lost');
      expect(log.filter((each) => String(each).startsWith('up'))).toEqual(['up 1', 'up 2', 'up 3']);
    });
  });

  describe('with many workers', () => {
    const MANY = 1000;

    /** A pool, with its creations under way. */
    const setUpMany = () => {
      const creations: Subject<number>[] = [];
      const { pool } = setUp({
        onCreate: () => {
          const creation = new Subject<number>();
          creations.push(creation);
          return creation;
        },
        releaseTimeout: Infinity, // no timers: the virtual time sorts its timers at each insert
      });
      return {
        pool,
        start: () => pool.resize(MANY),
        finish: () => creations.splice(0).forEach((creation, i) => creation.next(i)),
        lease: () => Array.from({ length: MANY }, () => pool.lease()!),
      };
    };
    type Many = ReturnType<typeof setUpMany>;

    it.each<[string, (many: Many) => () => void]>([
      [
        'comes up',
        ({ start, finish }) => {
          start();
          return finish;
        },
      ],
      [
        'is given up as it starts',
        ({ pool, start }) => {
          start();
          return () => pool.resize(0);
        },
      ],
      [
        'leaves when it is idle',
        ({ pool, start, finish }) => {
          start();
          finish();
          return () => pool.resize(0);
        },
      ],
      [
        'is told to leave, and to stay, one after the other',
        ({ pool, start, finish, lease }) => {
          start();
          finish();
          lease();
          return () => {
            for (let target = MANY; target >= 0; target--) pool.resize(target);
            for (let target = 0; target <= MANY; target++) pool.resize(target);
          };
        },
      ],
      [
        'leaves when it is free',
        ({ pool, start, finish, lease }) => {
          start();
          finish();
          const leased = lease();
          pool.resize(0);
          return () => leased.forEach((worker) => pool.free(worker));
        },
      ],
      [
        'is replaced',
        ({ pool, start, finish, lease }) => {
          start();
          finish();
          const leased = lease();
          return () => {
            leased.forEach((worker) => pool.discard(worker));
            finish();
          };
        },
      ],
      [
        'is temporary',
        ({ pool, start, finish }) => {
          start();
          const temporary = Array.from({ length: MANY }, () => pool.leaseTemporary());
          for (const worker of temporary) {
            pool.bringUp(
              worker,
              () => undefined,
              () => undefined,
            );
          }
          finish();
          return () => temporary.forEach((worker) => pool.free(worker));
        },
      ],
      [
        'is killed',
        ({ pool, start, finish, lease }) => {
          start();
          finish();
          lease();
          return () => pool.close(true);
        },
      ],
    ])('does constant work for each that %s', (_, prepare) => {
      const act = prepare(setUpMany());
      const visits = countVisits(act, LinkedList.prototype);
      expect(visits / MANY).toBeLessThan(100);
    });
  });

  describe('close', () => {
    const closing = (resources: Resources<number>): unknown[] => {
      const log: unknown[] = [];
      resources.closed$.subscribe(into(log));
      return log;
    };

    it('ends at once when there is nothing to release', () => {
      const { pool, resources } = setUp();
      const closed = closing(resources);
      pool.close(false);
      resources.close();
      expect(closed).toEqual([undefined, '|']);
    });

    it('releases busy workers when given back', () => {
      const { pool, resources, log } = setUp();
      const closed = closing(resources);
      pool.resize(2);
      const worker = pool.lease()!;
      pool.close(false);
      resources.close();
      expect(log).toEqual(['up 1', 'up 2', 'stopped 1', 'release 1']);
      expect(closed).toEqual([]);
      pool.free(worker);
      expect(log.slice(4)).toEqual(['stopped 2', 'release 2']);
      expect(closed).toEqual([undefined, '|']);
    });

    it('releases busy workers at once with `now`', () => {
      const { pool, resources, log } = setUp();
      const closed = closing(resources);
      pool.resize(1);
      pool.lease();
      pool.bringUp(pool.leaseTemporary(), () => undefined, into(log).error);
      pool.close(true);
      resources.close();
      expect(log).toEqual(['up 1', 'stopped 1', 'release 1', 'release 2']);
      expect(closed).toEqual([undefined, '|']);
    });

    it('releases in the order of the leases with `now`', () => {
      const { pool, log } = setUp();
      pool.resize(3);
      const [three, two] = [pool.lease()!, pool.lease()!];
      pool.lease();
      pool.free(three);
      pool.free(two);
      pool.lease();
      pool.lease();
      log.length = 0;
      pool.close(true);
      expect(log).toEqual(
        ['stopped', 'release'].flatMap((what) => [1, 2, 3].map((each) => `${what} ${each}`)),
      );
    });

    it('waits for releases', () => {
      const { pool, resources, time } = setUp({ onDestroy: () => timer(10, time) });
      const closed = closing(resources);
      pool.resize(1);
      pool.close(false);
      resources.close();
      time.advanceTo(9);
      expect(closed).toEqual([]);
      time.advanceTo(10);
      expect(closed).toEqual([undefined, '|']);
      expect(time.timers).toBe(0);
    });

    it('waits for a creation under way, and releases its resource', () => {
      const creation = new Subject<number>();
      const { pool, resources, log, time } = setUp({ onCreate: () => creation });
      const closed = closing(resources);
      pool.resize(1);
      pool.close(true);
      resources.close();
      expect(closed).toEqual([]);
      creation.next(1);
      expect(log).toEqual(['release 1']);
      expect(closed).toEqual([undefined, '|']);
      expect(time.timers).toBe(0);
    });

    it('waits for a creation that fails later', () => {
      const creation = new Subject<number>();
      const { pool, resources, time } = setUp({ onCreate: () => creation });
      const closed = closing(resources);
      pool.resize(1);
      pool.close(true);
      resources.close();
      creation.error('why');
      expect(closed).toEqual([undefined, '|']);
      expect(time.timers).toBe(0);
    });

    it.each(['creation', 'release'] as const)('does not wait forever for a %s', (operation) => {
      const { pool, resources, time, failures } = setUp({
        onCreate: () => (operation === 'creation' ? NEVER : 1),
        onDestroy: () => NEVER,
      });
      const closed = closing(resources);
      pool.resize(1);
      pool.close(false);
      resources.close();
      time.advanceTo(999);
      expect(closed).toEqual([]);
      time.advanceTo(1000);
      expect(failures).toEqual([[operation, new ResourceReleaseTimeoutError(1000)]]);
      expect(closed).toEqual([undefined, '|']);
      expect(time.timers).toBe(0);
    });

    it('releases a resource that comes after the timeout', () => {
      const creation = new Subject<number>();
      const { pool, resources, time, log } = setUp({ onCreate: () => creation });
      const closed = closing(resources);
      pool.resize(1);
      pool.close(false);
      resources.close();
      time.advanceTo(1000);
      creation.next(1);
      expect(log).toEqual(['release 1']);
      expect(closed).toEqual([undefined, '|']);
    });

    it('reports a release that fails, and continues', () => {
      const { pool, resources, failures } = setUp({
        onDestroy: (resource) => {
          if (resource === 1) throw 'why';
        },
      });
      const closed = closing(resources);
      pool.resize(2);
      pool.close(false);
      resources.close();
      expect(failures).toEqual([['release', 'why']]);
      expect(closed).toEqual([undefined, '|']);
    });

    it('starts nothing more', () => {
      const { pool, resources, log } = setUp();
      pool.close(false);
      resources.close();
      pool.resize(3);
      expect(log).toEqual([]);
      expect(pool.target).toBe(0);
    });
  });
});
