import { Agent, get } from 'node:http';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { timePerTask } from '../measure.mjs';
import { createContender } from '../peers/index.mjs';

/** @import { Task } from '../types.d.ts' */

/** @returns {Promise<Task>} */
const requests = async () => {
  const server = new Worker(new URL('../threads/server.mjs', import.meta.url));
  const [port] = await once(server, 'message');
  const agent = new Agent({ keepAlive: true });
  return () =>
    new Promise((resolve, reject) => {
      get({ port, agent }, (response) => {
        response.resume();
        response.once('end', resolve);
      }).once('error', reject);
    });
};

/** @returns {Promise<Task>} */
const checksums = async () => {
  const threads = new Piscina({
    filename: new URL('../threads/sha256.mjs', import.meta.url).href,
    minThreads: 2,
    maxThreads: 2,
    execArgv: [],
  });
  return () => threads.run(undefined);
};

/** Each with how many at a time. @type {Record<string, [(() => Promise<Task>), number]>} */
const jobs = { request: [requests, 10], checksum: [checksums, 2] };

/** @type {import('../types.d.ts').Section} */
export const section = {
  title: 'Real work',
  about:
    'µs per HTTP request over loopback, ten at a time, and per SHA-256 of a buffer on two threads of piscina.',
  reference: 'loops by hand',
  column: () => '',

  cases: (smoke) =>
    ['loops by hand', 'queueTask', 'queueFrom', 'p-queue', 'p-limit'].map((contender) => ({
      contender,
      size: smoke ? 20 : 2_000,
      smoke,
    })),

  measure: async (what) => {
    /** @type {Record<string, number>} */
    const values = {};
    for (const [name, [prepare, concurrency]] of Object.entries(jobs)) {
      const task = await prepare();
      const created = await createContender(what.contender, concurrency);
      values[`µs per ${name}`] = await timePerTask(created, { ...what, task });
    }
    return values;
  },
};
