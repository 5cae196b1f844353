import type { Policy } from './policies.js';
import type { Settings } from './settings.js';

/** The settings as TypeScript to paste: a module of its own, to spread into the config of a manager. */
export const toTypeScript = ({ base, max, interval, rateWindow, policy }: Settings): string =>
  `import { ${policy.name}, type TaskManagerConfig } from 'rx-tasker';

// new TaskManager({ onCreate, onDestroy, ...pool })
export const pool = {
  workerCount: ${base},
  maxWorkerCount: ${max},
  burstInterval: ${literal(interval)},
  rateWindow: ${literal(rateWindow)},
  scaling: ${policyCall(policy)},
} satisfies Partial<TaskManagerConfig<unknown>>;
`;

const policyCall = ({ name, parameters }: Policy): string => {
  const entries = Object.entries(parameters);
  if (name === 'fixed') return `fixed(${literal(parameters.count!)})`;
  const fields = entries.map(([field, value]) => `${field}: ${literal(value)}`);
  return `${name}(${fields.length > 0 ? `{ ${fields.join(', ')} }` : ''})`;
};

/** A number in the form of Prettier, with separators in a long one. */
const literal = (value: number): string => {
  const [whole = '', fraction] = String(value).split('.');
  const separated = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, '_') : whole;
  return fraction === undefined ? separated : `${separated}.${fraction}`;
};
