// Reads a trace, a CSV file with a task in each line, in one of two forms: the columns `at,duration,priority` of
// `recordTrace`, or those of the requests to language models which Azure has published for "Splitwise: Efficient
// generative LLM inference using phase splitting" (Patel et al., ISCA 2024), CC-BY:
// https://github.com/Azure/AzurePublicDataset/blob/master/data/AzureLLMInferenceTrace_code.csv
import { readFile } from 'node:fs/promises';

/** @typedef {import('rx-tasker/simulation').SimulatedTask} SimulatedTask */
/** @typedef {(column: string) => string} Row */

/**
 * @param {string} path
 * @returns {Promise<SimulatedTask[]>} in the order of arrival
 */
export const readTrace = async (path) => {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/);
  const columns = header.split(',');
  const read = columns.includes('TIMESTAMP') ? inference : recorded;
  const tasks = lines.map((line, index) => {
    const cells = line.split(',');
    const task = read((column) => cells[columns.indexOf(column)] ?? 'missing');
    if (Number.isFinite(task.at) && task.duration >= 0) return task;
    throw new Error(`${path}, line ${index + 2}: expected ${header}, got ${line}`);
  });
  return tasks.sort((a, b) => a.at - b.at);
};

/** @type {(row: Row) => SimulatedTask} */
const recorded = (row) => ({
  at: Number(row('at')),
  duration: Number(row('duration')),
  priority: Number(row('priority')),
});

/**
 * A server that serves one request at a time, with 0.3 ms for a token that it reads and 30 ms for one that it writes.
 *
 * @type {(row: Row) => SimulatedTask}
 */
const inference = (row) => ({
  at: momentOf(row('TIMESTAMP')),
  duration: 0.3 * Number(row('ContextTokens')) + 30 * Number(row('GeneratedTokens')),
});

/**
 * In ms, as finely as it is written, which is finer than a Date.
 *
 * @param {string} timestamp - as in `2023-11-16 18:17:03.9799600`
 */
const momentOf = (timestamp) => {
  const [whole = '', fraction = ''] = timestamp.split('.');
  return Date.parse(`${whole.replace(' ', 'T')}Z`) - EPOCH + Number(`0.${fraction}`) * 1000;
};

/** Times from here are small enough to be exact to the fraction of a microsecond. */
const EPOCH = Date.UTC(2023, 0);
