import { concat, finalize, map, merge, of, Subject, takeUntil, tap, timer } from 'rxjs';
import {
  fixed,
  runTasks,
  wantEagerLooks,
  type TaskManagerConfig,
  type TaskOptions,
  type TaskRequest,
} from '../../src/index.js';
import { Deferred } from '../support/Deferred.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { VirtualTime } from '../support/VirtualTime.js';

const broken = new Error('broken');
const failure = new Error('failure');

type Requests = Subject<TaskRequest<number, unknown>>;

/** `unsubscribe$` ends the subscription to the operator, even during the subscribe. */
const cuts = {
  unsubscribe: (_: Requests, unsubscribe$: Subject<void>) => unsubscribe$.next(),
  complete: (requests: Requests) => requests.complete(),
  error: (requests: Requests) => requests.error(failure),
};
type Cut = (typeof cuts)[keyof typeof cuts];

type Levers = (
  hooked: <T>(value: T) => T,
  time: VirtualTime,
) => Pick<TaskManagerConfig<number>, 'workerCount' | 'scaling' | 'concurrency'>;

const levers = {
  'two workers': (hooked) => ({
    workerCount: 2,
    scaling: map((load) => hooked(load.time < 10 ? 4 : 2)),
  }),
  'eager looks from 0 workers, under a policy of starts': (hooked) => ({
    workerCount: 0,
    scaling: (loads) => {
      wantEagerLooks(loads);
      return loads.pipe(map(({ queued, busy }) => hooked(queued + busy)));
    },
    concurrency: map((load) => hooked(load.time < 10 ? 3 : 2)),
  }),
  'a stream of limits': (hooked, time) => ({
    workerCount: 1,
    scaling: fixed(3),
    concurrency: merge(
      ...[3, 0, 2].map((limit, i) => timer(4 * i, time).pipe(map(() => hooked(limit)))),
    ).pipe(finalize(() => hooked(0))),
  }),
} satisfies Record<string, Levers>;

/** Plays a scenario with a cut in one call of a callback. Returns the number of all calls. */
const play = (cut: Cut, at: number, levers: Levers): number => {
  const time = new VirtualTime();
  const requests: Requests = new Subject();
  const unsubscribe$ = new Subject<void>();
  let calls = 0;
  const hook = (): void => {
    if (calls++ === at) cut(requests, unsubscribe$);
  };
  const hooked = <T>(value: T): T => {
    hook();
    return value;
  };
  const held = new Set<number>();
  const answers: number[] = [];
  const releasedTwice: number[] = [];
  let created = 0;
  let ended = 0;

  const create = (): number => {
    hook();
    held.add(++created);
    return created;
  };
  requests
    .pipe(
      runTasks<number, unknown>({
        onCreate: () => (created % 3 === 2 ? timer(2, time).pipe(map(create)) : create()),
        onDestroy: (resource) => {
          if (!held.delete(resource)) releasedTwice.push(resource);
          hook();
          return timer(1, time);
        },
        maxWorkerCount: 4,
        burstInterval: 3,
        resourcePoolSize: 2,
        checkHealth: (error) => hooked(error !== broken),
        abortGrace: 5,
        ...levers(hooked, time),
        logger: { debug: hook, info: hook, warn: hook, error: hook },
        scheduler: time,
      }),
      tap(hook),
      takeUntil(unsubscribe$),
    )
    .subscribe({ error: () => ended++, complete: () => ended++ });

  const queue = (run: TaskRequest<number, unknown>['run'], options: TaskOptions = {}): void => {
    if (!requests.observed) return;
    const caller = answers.push(0) - 1;
    const answer = (): void => {
      answers[caller]!++;
      hook();
    };
    requests.next({ ...options, run, observer: { next: hook, error: answer, complete: answer } });
  };
  const controller = new AbortController();
  const abortable = { signal: controller.signal };
  queue(() => hooked(1));
  queue(() => concat(of(1), timer(4, time)).pipe(finalize(hook)));
  queue((_, { attempt }) =>
    timer(2, time).pipe(
      map(() => {
        if (attempt < 1) throw broken;
      }),
      finalize(hook),
    ),
  );
  queue(() => timer(50, time).pipe(finalize(hook)), { timeout: 3, priority: 1 });
  queue(
    (_, context) => {
      context.signal.addEventListener('abort', hook);
      return new Deferred();
    },
    { timeout: 4 },
  );
  queue(() => timer(50, time).pipe(finalize(hook)), abortable);
  queue(() => 1, abortable);
  time.at(6, () => controller.abort());
  time.at(20, () => queue(() => hooked(1)));
  time.at(25, () => requests.complete());
  time.advanceTo(100_000);

  const what = `cut in call ${at}`;
  expect([what, answers]).toEqual([what, answers.map(() => 1)]);
  expect([what, [...held], releasedTwice, time.timers]).toEqual([what, [], [], 0]);
  expect([what, ended]).toEqual([what, 1]);
  return calls;
};

describe.each(Object.keys(levers) as (keyof typeof levers)[])('runTasks of %s', (name) => {
  it.each(Object.keys(cuts) as (keyof typeof cuts)[])(
    'ends well by %s in every call of a callback',
    (kind) => {
      const errors = unhandledErrors(() => {
        let at = 0;
        while (play(cuts[kind], at, levers[name]) > at) at++;
        expect(at).toBeGreaterThan(50);
      });
      expect(errors).toEqual([]);
    },
  );
});
