import fc from 'fast-check';
import { distinctUntilChanged, ignoreElements, map, merge, NEVER, Subject, tap } from 'rxjs';
import {
  aimd,
  gradient,
  justInTimeStaffing,
  squareRootStaffing,
  wantEagerLooks,
  type Load,
  type ScalingPolicy,
  type TaskManagerConfig,
} from '../../src/index.js';
import { isLimit } from '../../src/engine/config.js';

// Scaling policies and limits of starts for random managers, with what is known of them from outside.

const limit = fc.constantFrom(0, 1, 2, 3, Infinity);
const targets = fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 1, maxLength: 6 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const kind = <K extends string>(name: K) => fc.constant(name);

export const scalingPlan = fc.oneof(
  fc.record({ kind: kind('default') }),
  fc.record({
    kind: kind('just in time'),
    wait: optional(fc.integer({ min: 1, max: 60 })),
    reversals: optional(fc.constantFrom(0, 0.08, 1)),
  }),
  /** One worker for each task; eager. */
  fc.record({ kind: kind('one each'), changesAlone: fc.boolean() }),
  /** Targets in turn, one for each look; eager. */
  fc.record({ kind: kind('any'), targets, changesAlone: fc.boolean() }),
  /** Eager, and says nothing. */
  fc.record({ kind: kind('silent') }),
);
export type ScalingPlan = typeof scalingPlan extends fc.Arbitrary<infer P> ? P : never;

export const concurrencyPlan = fc.oneof(
  fc.record({ kind: kind('number'), limit: fc.constantFrom(Infinity, Infinity, 2, 1, 0) }),
  fc.record({ kind: kind('stream'), first: optional(limit) }),
  fc.record({
    kind: kind('aimd'),
    backoffRatio: fc.constantFrom(0.5, 0.9),
    latency: optional(fc.integer({ min: 1, max: 30 })),
  }),
  fc.record({ kind: kind('gradient'), samples: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: kind('policy'), targets }),
);
export type ConcurrencyPlan = typeof concurrencyPlan extends fc.Arbitrary<infer P> ? P : never;

/** What a stream of limits is made to do; some of these limits are wrong. */
export const limitChange = fc.oneof(
  { weight: 8, arbitrary: limit },
  { weight: 2, arbitrary: fc.constantFrom(-1, 1.5, NaN) },
  { weight: 1, arbitrary: fc.constantFrom('complete' as const, 'error' as const) },
);
export type LimitChange = typeof limitChange extends fc.Arbitrary<infer C> ? C : never;

/** The error of a stream of limits that fails. */
export const limitFailure = new Error('no more limits');

export class Levers {
  /** To be spread into the config of a manager. */
  readonly config: Pick<TaskManagerConfig<never>, 'scaling' | 'concurrency'>;
  /** How many tasks may run now. */
  limit: number;
  /** The highest limit since the last call of `settle`: a start that was decided before a limit fell is told after. */
  allowed: number;
  readonly #limits = new Subject<number>();
  readonly #first: number | undefined;
  #ended = false;

  /** @param onLook - is called with each load before the policies see it */
  constructor(scaling: ScalingPlan, concurrency: ConcurrencyPlan, onLook: (load: Load) => void) {
    const policy = scalingOf(scaling);
    this.#first = concurrency.kind === 'stream' ? concurrency.first : undefined;
    this.limit =
      concurrency.kind === 'number'
        ? concurrency.limit
        : concurrency.kind === 'stream'
          ? (this.#first ?? 0)
          : Infinity;
    this.allowed = this.limit;
    this.config = {
      concurrency: this.#concurrencyOf(concurrency),
      scaling: (loads) => {
        const looks$ = loads.pipe(tap(onLook), ignoreElements());
        return merge(looks$, policy(loads));
      },
    };
  }

  /** Has the stream of limits do something, if there is one. */
  change(change: LimitChange): void {
    if (this.#ended || !this.#limits.observed) return;
    this.#ended = typeof change === 'string';
    if (change === 'complete') this.#limits.complete();
    else if (change === 'error') this.#limits.error(limitFailure);
    else {
      this.#note(change);
      this.#limits.next(change);
    }
  }

  /** All that was decided is told. */
  settle(): void {
    this.allowed = this.limit;
  }

  #note(value: number): void {
    if (!isLimit(value)) return;
    this.limit = value;
    this.allowed = Math.max(this.allowed, value);
  }

  #concurrencyOf(plan: ConcurrencyPlan): TaskManagerConfig<never>['concurrency'] {
    if (plan.kind === 'number') return plan.limit;
    if (plan.kind === 'stream') {
      return this.#first === undefined ? this.#limits : merge([this.#first], this.#limits);
    }
    const policy = limitsOf(plan);
    return (loads) =>
      policy(loads).pipe(tap((value) => this.#note(Math.max(1, Math.floor(value)))));
  }
}

const scalingOf = (plan: ScalingPlan): ScalingPolicy => {
  switch (plan.kind) {
    case 'default':
      return squareRootStaffing();
    case 'just in time': {
      const { wait, reversals } = plan;
      return justInTimeStaffing({ wait, reversals });
    }
    case 'one each':
      return eagerly(({ busy, queued }) => busy + queued, plan.changesAlone);
    case 'any': {
      let looks = 0;
      return eagerly(() => plan.targets[looks++ % plan.targets.length]!, plan.changesAlone);
    }
    case 'silent':
      return (loads) => {
        wantEagerLooks(loads);
        return NEVER;
      };
  }
};

const eagerly =
  (target: (load: Load) => number, changesAlone: boolean): ScalingPolicy =>
  (loads) => {
    wantEagerLooks(loads);
    const targets$ = loads.pipe(map(target));
    return changesAlone ? targets$.pipe(distinctUntilChanged()) : targets$;
  };

const limitsOf = (plan: Exclude<ConcurrencyPlan, { kind: 'number' | 'stream' }>): ScalingPolicy => {
  if (plan.kind === 'aimd') {
    const { backoffRatio, latency } = plan;
    return aimd({ backoffRatio, latency });
  }
  if (plan.kind === 'gradient') return gradient({ samples: plan.samples });
  let looks = 0;
  return map(() => plan.targets[looks++ % plan.targets.length]!);
};
