// Makes the mutants of each source in the rooms of `src` that have behaviour, and tells which its specs do not notice.
// docs/mutation.md says what was found.
//
//   node tools/mutation/main.mjs [SOURCE …]       as in lanes/strict; all by default
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The specs that are run where it is not only the one of the same name.
 *
 * @type {Record<string, string>}
 */
const specsOf = {
  'engine/Autoscaler': 'engine/{scaling,concurrency,eagerLooks,scalingToZero,quietPolicies}',
  'engine/EagerLooks': 'engine/eagerLooks',
  'engine/looksInTime': 'engine/{scaling,eagerLooks}',
  'engine/admit': 'engine/*',
  'engine/createJobLanes': 'engine/hostile',
  'engine/createPools': 'engine/*',
  'engine/createTelling': 'engine/*',
  'manager/jobsOf': 'manager/{queueOn,queueFrom}',
  'tasks/TaskRunner': '{manager/model,engine/*,tasks/transitions}',
  'engine/engine': 'engine/*',
  'folds/LoadMeter': 'folds/{LoadMeter,load}',
  'folds/load': 'folds/{load,options}',
  'folds/metrics': 'folds/{metrics,options}',
  'folds/stats': 'folds/{stats,options}',
  'folds/timedFold': 'folds/{load,metrics,options}',
  'lanes/strict': '{lanes/strict,operators/mergeMapLanes*}',
  'manager/createTaskManager': 'manager/TaskManager',
  'manager/TaskManager': '{manager/TaskManager,engine/{kill,outcomes,stop}}',
  'manager/TaskStream': 'manager/{queueOn,queueFrom}',
  'manager/whenReady': 'manager/TaskManager',
  'operators/mergeMapLanes': 'operators/mergeMapLanes*',
  'pool/Resources': '{pool/WorkerPool,engine/{health,kill,stop}}',
  'pool/WorkerPool': '{pool/WorkerPool,engine/*}',
  'scaling/StartupMeter': '{scaling/adaptiveStaffing,engine/scaling}',
  'tasks/Attempt': '{tasks/Attempt,engine/{cancel,timeout,reentrancy}}',
  'tasks/Job': '{tasks/Attempt,engine/{runTasks,stop},manager/TaskManager}',
  'tasks/task': '{engine/runTasks,manager/TaskManager}',
  'tasks/taskEvents': 'engine/{outcomes,health,cancel,timeout}',
  ...Object.fromEntries(
    ['backlogThreshold', 'clamp', 'fixed', 'offeredLoad', 'rateDeficit', 'squareRootStaffing'].map(
      (name) => [`scaling/${name}`, 'scaling/{policies,ends}'],
    ),
  ),
};

/** They have nothing that runs. */
const NONE = [
  'events/events',
  'lanes/LaneDiscipline',
  'operators/index',
  'scaling/ScalingPolicy',
  'scaling/Load',
];

const all = [
  'lanes',
  'scaling',
  'operators',
  'events',
  'folds',
  'pool',
  'tasks',
  'engine',
  'manager',
]
  .flatMap((folder) => readdirSync(`src/${folder}`).map((name) => `${folder}/${name.slice(0, -3)}`))
  .filter((source) => !NONE.includes(source));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : all;

/**
 * @param {string} source - as in `tasks/Job`
 * @returns {[killed: number, timeout: number, survived: number]} how many there are of each
 */
const countMutants = (source) => {
  const report = `temp/mutation/${source}.json`;
  const own = specsOf[source] ?? source;
  const checks = readFileSync(`src/${source}.ts`, 'utf8').includes('/checks/check.js');
  const specs = checks ? `{${own},engine/config}` : own; // config.spec.ts is about all arguments
  const env = { ...process.env, SOURCE: source, SPECS: specs, REPORT: report };
  const { status } = spawnSync('npx', ['stryker', 'run', 'tools/mutation/stryker.config.js'], {
    stdio: 'inherit',
    env,
  });
  if (status !== 0) process.exit(1);
  /** @type {{ files: Record<string, { mutants: { status: string }[] }> }} */
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const mutants = files[`src/${source}.ts`]?.mutants ?? [];
  /** @param {string[]} statuses - of Stryker's report */
  const count = (...statuses) => mutants.filter((each) => statuses.includes(each.status)).length;
  return [count('Killed'), count('Timeout'), count('Survived', 'NoCoverage')];
};

/**
 * @param {string} name - of the source
 * @param {[number, number, number]} counts - see `countMutants`
 */
const lineOf = (name, [killed, timeout, survived]) => {
  const mutants = killed + timeout + survived;
  const score = ((100 * (killed + timeout)) / Math.max(1, mutants)).toFixed(1);
  return `| ${[name, mutants, killed, timeout, survived, score].join(' | ')} |`;
};

/** @type {[number, number, number]} */
const total = [0, 0, 0];
const lines = chosen.map((source) => {
  const counts = countMutants(source);
  counts.forEach((count, i) => (total[i] = (total[i] ?? 0) + count));
  return lineOf(source, counts);
});
console.log('| source | mutants | killed | timeout | survived | score |');
console.log([...lines, lineOf('all', total)].join('\n'));
