import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Observable } from 'rxjs';
import { runTasks, type TaskRequest } from '../../src/index.js';
import { BatchMeans, type Estimate } from '../support/BatchMeans.js';
import { HeapScheduler } from '../../src/simulation/HeapScheduler.js';
import { exponential, uniform } from '../support/random.js';
import { report, sized, soak } from '../support/soak.js';

/**
 * Pools of a fixed size with Poisson arrivals in virtual time, against the exact waits of queueing theory.
 *
 * Successive waits are correlated, more so with busier servers. The relaxation time measures this: within
 * 1 / (√(cμ) - √λ)² a queue forgets its past. It grows in proportion to the variance of the times. A run starts
 * empty, so it leaves out its first 10 relaxation times. Each batch lasts several relaxation times, so its mean
 * hardly depends on the previous batch. With 10 relaxation times the standard error is too small by about 5 %,
 * with 100 by less than 1 %.
 *
 * The short form leaves out three kinds of rows. Servers that are busy for 90 % of the time or more take 350 tasks
 * and more to relax. Some servers hardly let any task wait. The square of the wait and its percentiles are too
 * rare or too skewed for a normal error in a short run.
 *
 * The z-scores are z-scores of the logarithm. The estimates are positive and skewed, and a low estimate has a low
 * standard error too.
 */
const BATCHES = sized(12, 20);
const BATCH_LENGTH = sized(10, 100); // in relaxation times
const LEAST_BATCH = sized(1000, 20_000); // in tasks
const GREATEST_LOAD = sized(0.85, 1);
const LEAST_WAITING = sized(0.25, 0);
const GREATEST_Z = 4;
/** The greatest standard error of the mean wait, relative to the exact mean. */
const GREATEST_ERROR = sized(0.25, 0.1);

type Random = () => number;

interface TaskClass {
  rate: number;
  service: (random: Random) => number;
}

interface Queue {
  name: string;
  servers: number;
  /** The highest priority first. */
  classes: TaskClass[];
  /** The rate of one server, in tasks. */
  mu: number;
  /** The variance of the times relative to exponential times. */
  variability: number;
}

interface Measure {
  name: string;
  exact: number;
  /** The observation of one task of the class; all classes without one. */
  of: (wait: number) => number;
  class?: number;
  soakOnly?: boolean;
}

interface MmcRow {
  lambda: number;
  mu: number;
  servers: number;
  rho: number;
  probabilityOfWait: number;
  meanWait: number;
  meanSquareWait: number;
  p95Wait: number;
  p99Wait: number;
}
interface Mg1Row {
  law: 'D' | 'U' | 'E2' | 'M' | 'H2';
  lambda: number;
  meanWait: number;
  meanSquareWait: number;
}
interface MmcPriorityRow {
  lambdas: number[];
  mu: number;
  servers: number;
  probabilityOfWait: number;
  meanWait: number[];
  meanSquareWait: number[];
}
interface Mg1PriorityRow {
  classes: { lambda: number; m1: number; m2: number }[];
  meanWait: number[];
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, '../vectors/queueing.json'), 'utf8'),
) as Record<string, unknown> & {
  mmc: MmcRow[];
  mg1: Mg1Row[];
  mmcPriority: MmcPriorityRow[];
  mg1Priority: Mg1PriorityRow[];
};

const wait = (each: number): number => each;
const square = (each: number): number => each * each;
const waited = (each: number): number => (each > 0 ? 1 : 0);
const longerThan = (limit: number) => (each: number) => (each > limit ? 1 : 0);

const exponentially = (mean: number) => (random: Random) => exponential(random, mean);

/** Times with a mean of 1. The variability is their second moment, relative to exponential times. */
const laws: Record<Mg1Row['law'], Pick<TaskClass, 'service'> & Pick<Queue, 'variability'>> = {
  D: { service: () => 1, variability: 1 / 2 },
  U: { service: (random) => 2 * random(), variability: 2 / 3 },
  E2: {
    service: (random) => exponential(random, 1 / 2) + exponential(random, 1 / 2),
    variability: 3 / 4,
  },
  M: { service: exponentially(1), variability: 1 },
  H2: {
    service: (random) => exponential(random, random() < 0.9 ? 0.5 : 5.5),
    variability: 6.5 / 2,
  },
};

/** A seed for each queue that does not depend on the other queues. */
const seedOf = (name: string): number =>
  Array.from(name).reduce((hash, each) => (Math.imul(hash, 31) + each.charCodeAt(0)) | 0, 1);

/** Constant or exponential times, as the rows have. */
const withMoments = ({ m1, m2 }: { m1: number; m2: number }): TaskClass['service'] => {
  if (m2 === m1 ** 2) return () => m1;
  expect(m2).toBe(2 * m1 ** 2);
  return exponentially(m1);
};

interface Start {
  /** The number of the task, from 0. */
  index: number;
  class: number;
  wait: number;
}

/** Runs the engine on `count` tasks in virtual time, and calls `onStart` at each start. */
const run = (
  { name, servers, classes }: Queue,
  count: number,
  onStart: (start: Start) => void,
): void => {
  const seed = seedOf(name);
  const gaps = uniform(seed);
  const choices = uniform(seed + 1);
  const services = uniform(seed + 2);
  const rate = rateOf(classes);
  const scheduler = new HeapScheduler();
  const requests = classes.map(({ service }, index): TaskRequest<number, void> => ({
    priority: -index,
    run: () =>
      new Observable((task) => scheduler.schedule(() => task.complete(), service(services))),
  }));
  const pick = (): number => {
    let left = choices() * rate;
    const index = classes.findIndex((each) => (left -= each.rate) < 0);
    return Math.max(0, index);
  };
  const arrivals = new Observable<TaskRequest<number, void>>((subscriber) => {
    let arrived = 0;
    return scheduler.schedule(function () {
      subscriber.next(requests[pick()]!);
      if (++arrived < count) this.schedule(undefined, exponential(gaps, 1 / rate));
      else subscriber.complete();
    });
  });

  let completed = 0;
  arrivals
    .pipe(
      runTasks<number, void>({
        onCreate: () => 0,
        onDestroy: () => undefined,
        workerCount: servers,
        maxWorkerCount: servers,
        burstInterval: 0,
        resourcePoolSize: 0,
        scheduler,
      }),
    )
    .subscribe((event) => {
      if (event.type === 'completed') completed++;
      if (event.type !== 'started') return;
      const { id, priority, startedAt, queuedAt } = event;
      onStart({ index: id - 1, class: -priority, wait: startedAt - queuedAt });
    });
  scheduler.flush();
  expect(completed).toBe(count);
};

const rateOf = (classes: readonly TaskClass[]): number =>
  classes.reduce((sum, each) => sum + each.rate, 0);

/** Estimates of the waits of a queue. */
const measure = (
  queue: Queue,
  measures: readonly Measure[],
): { n: number; results: Estimate[] } => {
  const { servers, classes, mu, variability } = queue;
  const rate = rateOf(classes);
  const relaxation = (variability * rate) / (Math.sqrt(servers * mu) - Math.sqrt(rate)) ** 2; // in tasks
  const warmUp = Math.ceil(10 * relaxation);
  const batchLength = Math.max(LEAST_BATCH, Math.ceil(BATCH_LENGTH * relaxation));
  const n = warmUp + BATCHES * batchLength;
  const means = measures.map(() => new BatchMeans(BATCHES));
  run(queue, n, (start) => {
    if (start.index < warmUp) return;
    const batch = Math.floor((start.index - warmUp) / batchLength);
    measures.forEach((each, index) => {
      if (each.class !== undefined && each.class !== start.class) return;
      means[index]!.add(batch, each.of(start.wait));
    });
  });
  return { n, results: means.map((each) => each.estimate()) };
};

const loadOf = ({ lambdas, mu, servers }: MmcPriorityRow): number =>
  lambdas.reduce((sum, each) => sum + each) / (mu * servers);

const table: object[] = [];

const expectExact = (queue: Queue, allMeasures: readonly Measure[]): void => {
  const measures = allMeasures.filter(({ soakOnly = false }) => soak || !soakOnly);
  const { n, results } = measure(queue, measures);
  const rows = measures.map(({ name, exact }, index) => {
    const { mean, error } = results[index]!;
    return {
      queue: queue.name,
      measure: name,
      exact,
      mean,
      error: error / exact,
      z: Math.log(mean / exact) / (error / mean),
    };
  });
  for (const { measure: name, mean, error, z, exact } of rows) {
    table.push({
      queue: queue.name,
      tasks: n,
      measure: name,
      exact: Number(exact.toPrecision(5)),
      measured: Number(mean.toPrecision(5)),
      'error %': Number((100 * error).toFixed(2)),
      z: Number(z.toFixed(2)),
    });
  }
  expect(rows.filter(({ z }) => !(Math.abs(z) < GREATEST_Z))).toEqual([]);
  const meanWaits = rows.filter((row) => row.measure.startsWith('mean wait'));
  expect(meanWaits.filter(({ error }) => !(error < GREATEST_ERROR))).toEqual([]);
};

describe('the wait of a queue', () => {
  it.each([1, 2, 10])(
    'follows the recursion of Kiefer and Wolfowitz, with %s servers',
    (servers) => {
      const lambda = 0.95 * servers;
      const name = `differential ${servers}`;
      const gaps = uniform(seedOf(name));
      const services = uniform(seedOf(name) + 2);
      const free = Array<number>(servers).fill(0);
      let arrival = 0;
      const differing: object[] = [];
      const classes = [{ rate: lambda, service: exponentially(1) }];
      run(
        { name, servers, mu: 1, variability: 1, classes },
        sized(5000, 1_000_000),
        ({ index, wait: actual }) => {
          if (index > 0) arrival += exponential(gaps, 1 / lambda);
          // A task goes to the first free server.
          const server = free.indexOf(Math.min(...free));
          const start = Math.max(arrival, free[server]!);
          free[server] = start + exponential(services, 1);
          if (actual !== start - arrival)
            differing.push({ index, actual, expected: start - arrival });
        },
      );
      expect(free[0]).toBeGreaterThan(0);
      expect(differing).toEqual([]);
    },
  );
});

describe('the wait of queueing theory', () => {
  afterAll(() => report('Queueing theory: measured against exact', table));

  it.each(
    vectors.mmc.filter(
      ({ rho, probabilityOfWait }) => rho <= GREATEST_LOAD && probabilityOfWait >= LEAST_WAITING,
    ),
  )('holds for M/M/$servers with λ = $lambda, μ = $mu', ({ lambda, mu, servers, ...exact }) => {
    const service = exponentially(1 / mu);
    const name = `M/M/${servers} λ=${lambda} μ=${mu}`;
    expectExact({ name, servers, mu, variability: 1, classes: [{ rate: lambda, service }] }, [
      { name: 'mean wait', exact: exact.meanWait, of: wait },
      { name: 'mean square wait', exact: exact.meanSquareWait, of: square, soakOnly: true },
      { name: 'P(wait)', exact: exact.probabilityOfWait, of: waited },
      { name: 'P(wait > p95)', exact: 0.05, of: longerThan(exact.p95Wait), soakOnly: true },
      { name: 'P(wait > p99)', exact: 0.01, of: longerThan(exact.p99Wait), soakOnly: true },
    ]);
  });

  it.each(vectors.mg1.filter(({ lambda }) => lambda <= GREATEST_LOAD))(
    'holds for M/$law/1 with λ = $lambda',
    ({ law, lambda, ...exact }) => {
      const { service, variability } = laws[law];
      const classes = [{ rate: lambda, service }];
      expectExact({ name: `M/${law}/1 λ=${lambda}`, servers: 1, mu: 1, variability, classes }, [
        { name: 'mean wait', exact: exact.meanWait, of: wait },
        { name: 'mean square wait', exact: exact.meanSquareWait, of: square, soakOnly: true },
        { name: 'P(wait)', exact: lambda, of: waited },
      ]);
    },
  );

  it.each(vectors.mmcPriority.filter((row) => loadOf(row) <= GREATEST_LOAD))(
    'holds by priority for M/M/$servers with λ = $lambdas',
    ({ lambdas, mu, servers, ...exact }) => {
      const service = exponentially(1 / mu);
      const classes = lambdas.map((rate) => ({ rate, service }));
      const name = `M/M/${servers} priorities, λ=${lambdas.join(' ')}`;
      expectExact({ name, servers, mu, variability: 1, classes }, [
        { name: 'P(wait)', exact: exact.probabilityOfWait, of: waited },
        ...lambdas.flatMap((_, index) => [
          { name: `mean wait ${index + 1}`, exact: exact.meanWait[index]!, of: wait, class: index },
          {
            name: `mean square wait ${index + 1}`,
            exact: exact.meanSquareWait[index]!,
            of: square,
            class: index,
            soakOnly: true,
          },
        ]),
      ]);
    },
  );

  it.each(vectors.mg1Priority)('holds by priority for M/G/1, %#', ({ classes, meanWait }) => {
    const load = classes.reduce((sum, { lambda, m1 }) => sum + lambda * m1, 0);
    const rate = classes.reduce((sum, { lambda }) => sum + lambda, 0);
    const m2 = classes.reduce((sum, each) => sum + (each.lambda / rate) * each.m2, 0);
    const mu = rate / load;
    expectExact(
      {
        name: `M/G/1 priorities, λ=${classes.map(({ lambda }) => lambda).join(' ')}`,
        servers: 1,
        mu,
        variability: (m2 * mu ** 2) / 2,
        classes: classes.map(({ lambda, ...moments }) => ({
          rate: lambda,
          service: withMoments(moments),
        })),
      },
      classes.map((_, index) => ({
        name: `mean wait ${index + 1}`,
        exact: meanWait[index]!,
        of: wait,
        class: index,
      })),
    );
  });

  it('has been tried with all rows', () => {
    const { mmc, mg1, mmcPriority, mg1Priority, units, sources, ...others } = vectors;
    expect([units, sources]).toEqual([expect.any(String), expect.any(Object)]);
    expect(others).toEqual({});
    expect(mmc.length + mg1.length + mmcPriority.length + mg1Priority.length).toBeGreaterThan(30);
  });
});
