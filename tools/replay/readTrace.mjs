// Reads a trace, a CSV file with a task in each line: one of `recordTrace`, or that of the requests to a language
// model which Azure has published for "Splitwise: Efficient generative LLM inference using phase splitting" (Patel
// et al., ISCA 2024), CC-BY:
// https://github.com/Azure/AzurePublicDataset/blob/master/data/AzureLLMInferenceTrace_code.csv
import { readFile } from 'node:fs/promises';
import { parseTrace } from 'rx-tasker/simulation';

/** @typedef {import('rx-tasker/simulation').SimulatedTask} SimulatedTask */

/**
 * @param {string} path
 * @returns {Promise<SimulatedTask[]>} in the order of arrival
 */
export const readTrace = async (path) => {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  const [header = ''] = lines;
  if (!header.startsWith('TIMESTAMP,')) return parseTrace(lines);
  const tasks = lines.slice(1).filter(Boolean).map(inference);
  return tasks.sort((a, b) => a.at - b.at);
};

/**
 * A server that serves one request at a time, with 0.3 ms for a token that it reads and 30 ms for one that it writes.
 *
 * @param {string} line - as in `2023-11-16 18:17:03.9799600,4808,10`
 * @returns {SimulatedTask}
 */
const inference = (line) => {
  const [timestamp = '', read, written] = line.split(',');
  return { at: momentOf(timestamp), duration: 0.3 * Number(read) + 30 * Number(written) };
};

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
