// What is asked of the library, and what was measured.
import { budget, measureSizes } from '../tools/size.mjs';
import { median } from './statistics.mjs';

/** @import { Result, Results } from './types.d.ts' */

/**
 * @typedef {object} Measured
 * @property {number[]} values - one for each round
 * @property {string} [note]
 *
 * @typedef {object} Requirement
 * @property {string} name
 * @property {'>=' | '<='} sign
 * @property {number} required
 * @property {Measured} measured
 */

/** @param {Results} results @param {string} contender @param {number} size */
const find = ({ results }, contender, size) =>
  results.find((each) => each.contender === contender && each.size === size && !each.tooLong);

/** Of each round, since what disturbs the machine in a round disturbs both. @param {Result} a @param {Result} b */
const ratios = (a, b) =>
  a.rounds.map((values, round) => (b.rounds[round]?.['µs'] ?? NaN) / (values['µs'] ?? NaN));

/**
 * How many times as fast the first is: at the size that is asked for or, if a contender takes too long there,
 * at the largest below that fits.
 *
 * @param {Results} section @param {string} first @param {string} second @param {number} size
 * @returns {Measured}
 */
const speed = (section, first, second, size) => {
  for (const each of section.sizes.filter((other) => other <= size).reverse()) {
    const a = find(section, first, each);
    const b = find(section, second, each);
    if (!a || !b) continue;
    const values = ratios(a, b);
    return each === size ? { values } : { values, note: `at ${each.toLocaleString('en')}` };
  }
  return { values: [] };
};

/**
 * How fast a contender is at the first size, in terms of what it is at the second.
 *
 * @param {Results} section @param {string} contender @param {number} first @param {number} second
 * @returns {Measured}
 */
const scaling = (section, contender, first, second) => {
  const a = find(section, contender, first);
  const b = find(section, contender, second);
  return { values: a && b ? ratios(a, b) : [] };
};

/** @param {Results} section @returns {Requirement[]} */
const ofOperator = (section) => {
  /** @type {[string, number, number][]} */
  const wanted = [
    ['mergeMap', 10_000, 3],
    ['mergeMap', 100_000, 20],
    ['Effect.forEach', 100_000, 1],
  ];
  return [
    ...wanted.map(([peer, size, required]) =>
      atLeast(
        `mergeMapLanes / ${peer}, ${size.toLocaleString('en')}`,
        required,
        speed(section, 'mergeMapLanes', peer, size),
      ),
    ),
    atLeast(
      'mergeMapLanes, 1,000,000 / 100,000',
      0.8,
      scaling(section, 'mergeMapLanes', 1_000_000, 100_000),
    ),
  ];
};

/** @param {Results} section @returns {Requirement[]} */
const ofManager = (section) => {
  /** @type {[string, number, number][]} */
  const wanted = [
    ['p-queue and generic-pool', 20_000, 3],
    ['p-queue and generic-pool', 100_000, 5],
    ['p-queue', 20_000, 1.5],
    ['p-queue', 100_000, 4],
    ['fastq.promise', 100_000, 0.7],
    ['p-limit', 100_000, 0.7],
  ];
  return [
    ...wanted.map(([peer, size, required]) =>
      atLeast(
        `queueTask / ${peer}, ${size.toLocaleString('en')}`,
        required,
        speed(section, 'queueTask', peer, size),
      ),
    ),
    atLeast('queueTask, 1,000,000 / 20,000', 0.8, scaling(section, 'queueTask', 1_000_000, 20_000)),
    atLeast('queueOn / queueTask, 100,000', 1.2, speed(section, 'queueOn', 'queueTask', 100_000)),
  ];
};

/** What eager looks cost: nothing while workers are idle, and little otherwise. @param {Results} section */
const ofScaling = (section) =>
  ['idle workers', 'backlog'].map((load) =>
    atLeast(
      `justInTimeStaffing / squareRootStaffing, ${load}`,
      0.9,
      speed(section, `justInTimeStaffing, ${load}`, `squareRootStaffing, ${load}`, 20_000),
    ),
  );

/** @param {Results} section @returns {Requirement[]} */
const ofMemory = ({ results }) => {
  const metric = 'bytes per waiting task';
  const rounds = results.find(
    ({ contender, heavy }) => contender === 'queueTask' && !heavy,
  )?.rounds;
  const values = (rounds ?? []).map((each) => each[metric] ?? NaN);
  return [atMost(`${metric}, queueTask`, 500, { values })];
};

/** @returns {Promise<Requirement[]>} */
const ofSize = async () => {
  const sizes = await measureSizes();
  return [
    atMost('bytes of `import { mergeMapLanes }`', budget.mergeMapLanes, {
      values: [sizes.mergeMapLanes],
    }),
    atMost('bytes of `import { runTasks }`', budget.runTasks, {
      values: [sizes.runTasks],
    }),
    atMost('bytes of `import { TaskManager }`', budget.taskManager, {
      values: [sizes.taskManager],
      note: `${sizes.all.toLocaleString('en')} for all`,
    }),
  ];
};

/** @param {string} name @param {number} required @param {Measured} measured @returns {Requirement} */
const atLeast = (name, required, measured) => ({ name, sign: '>=', required, measured });

/** @param {string} name @param {number} required @param {Measured} measured @returns {Requirement} */
const atMost = (name, required, measured) => ({ name, sign: '<=', required, measured });

/** @type {Record<string, (section: Results) => Requirement[]>} */
const bySection = {
  operator: ofOperator,
  manager: ofManager,
  scaling: ofScaling,
  memory: ofMemory,
};

/** The requirements on what was measured. @param {Results[]} all */
export const requirements = async (all) => [
  ...all.flatMap((section) => bySection[section.name]?.(section) ?? []),
  ...(await ofSize()),
];

/** @param {Requirement} requirement */
export const isMet = ({ sign, required, measured }) => {
  const value = median(measured.values);
  return sign === '>=' ? value >= required : value <= required;
};
