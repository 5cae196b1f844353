// Packs the package, installs it into an empty project as a user would, and runs suite.mjs there: in this Node, by
// `import` and by `require`, and in Chromium, which is skipped where there is none. consumer.ts is compiled there
// with each kind of module resolution, and the command is run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { version } from 'typescript';

/** @typedef {import('./suite.mjs').Report} Report */

const timeout = 120_000;
const project = await mkdtemp(join(tmpdir(), 'rx-tasker-environments-'));
let failures = 0;

/** @param {string} command @param {string[]} args */
const run = async (command, args) => {
  const child = spawn(command, args, {
    cwd: project,
    timeout,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${signal ?? `code ${code}`}\n${stdout}${stderr}`);
};

/** @param {string} environment @param {() => Promise<string>} check */
const checkIn = async (environment, check) => {
  try {
    console.log(`${environment}: ${await check()}`);
  } catch (error) {
    failures++;
    console.error(
      `${environment}: failed\n${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

/** @param {Report} report */
const judge = ({ passed, failures: problems }) => {
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return `${passed} checks passed`;
};

const install = async () => {
  const source = resolve('.');
  const { peerDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  // It is built by `prepack`.
  await run('npm', ['pack', source, '--silent', '--pack-destination', project]);
  const packed = (await readdir(project)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(project, 'package.json'), '{ "private": true }\n');
  await run('npm', [
    ...['install', '--no-audit', '--no-fund', '--prefer-offline', '--strict-peer-deps'],
    ...packed.map((name) => `./${name}`),
    ...Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`),
  ]);
  await cp(new URL('suite.mjs', import.meta.url), join(project, 'suite.mjs'));
};

const imports = `
  import * as rxjs from 'rxjs';
  import * as tasker from 'rx-tasker';
  import * as operators from 'rx-tasker/operators';
  import * as simulation from 'rx-tasker/simulation';
  import { runSuite } from './suite.mjs';
`;

/** It has to end by itself, too. @param {string} file @param {string} program */
const inNode = async (file, program) => {
  await writeFile(join(project, file), program);
  return judge(JSON.parse(await run(process.execPath, [file])));
};

const byImport = () =>
  inNode(
    'main.mjs',
    `${imports}
    import * as node from 'rx-tasker/node';
    console.log(JSON.stringify(await runSuite({ rxjs, tasker, operators, simulation, node })));`,
  );

const byRequire = () =>
  inNode(
    'main.cjs',
    `const packages = {
      rxjs: require('rxjs'),
      tasker: require('rx-tasker'),
      operators: require('rx-tasker/operators'),
      simulation: require('rx-tasker/simulation'),
      node: require('rx-tasker/node'),
    };
    import('./suite.mjs')
      .then(({ runSuite }) => runSuite(packages))
      .then((report) => console.log(JSON.stringify(report)));`,
  );

const command = async () => {
  await writeFile(join(project, 'trace.csv'), 'at,duration\n0,100\n50,100\n');
  const args = ['simulate', 'trace.csv', '--base', '1', '--html', 'report.html', '--json'];
  const { result } = JSON.parse(await run('npx', ['--no-install', 'rx-tasker', ...args]));
  const report = await readFile(join(project, 'report.html'), 'utf8');
  if (result.tasks === 2 && report.includes('uPlot')) return 'simulates, and writes a report';
  throw new Error(`simulated ${result.tasks} tasks\n${report}`);
};

/** @param {string} module @param {string} moduleResolution @param {string[]} args files, and options */
const compile = async (module, moduleResolution, ...args) => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const files = args.filter((each) => each.startsWith('consumer.'));
  for (const file of files) await cp(new URL('consumer.ts', import.meta.url), join(project, file));
  await run(process.execPath, [
    ...[tsc, ...args, '--noEmit', '--strict', '--target', 'es2022'],
    ...['--module', module, '--moduleResolution', moduleResolution],
  ]);
  return 'compiles';
};

const page = '<!doctype html><meta charset="utf-8"><script src="main.js"></script>';

const bundle = async () => {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: project,
      contents: `${imports}
        const send = (report) => fetch('report', { method: 'POST', body: JSON.stringify(report) });
        addEventListener('error', ({ message }) => send({ passed: 0, failures: [message] }));
        runSuite({ rxjs, tasker, operators, simulation }).then(send);`,
    },
    bundle: true,
    minify: true,
    platform: 'browser',
    write: false,
  });
  return outputFiles.map((file) => file.text).join('');
};

/** The page is served from localhost and sends its report there. @param {string} chromium */
const inChromium = async (chromium) => {
  const script = await bundle();
  const server = createServer((request, response) => {
    if (request.url === '/') response.setHeader('content-type', 'text/html').end(page);
    else if (request.url === '/main.js') response.end(script);
    else response.writeHead(404).end();
  });
  /** @type {Promise<Report>} */
  const report = new Promise((resolve, reject) => {
    server.on('request', (request) => {
      if (request.url === '/report') text(request).then(JSON.parse).then(resolve, reject);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  const browser = spawn(
    chromium,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      `--user-data-dir=${join(project, 'profile')}`,
      `http://127.0.0.1:${port}/`,
    ],
    { timeout, stdio: 'ignore' },
  );
  const closed = once(browser, 'close').then(([code, signal]) => {
    throw new Error(`${chromium} ended before the checks: ${signal ?? `code ${code}`}`);
  });
  try {
    return judge(await Promise.race([report, closed]));
  } finally {
    browser.kill();
    server.closeAllConnections();
    server.close();
    await closed.catch(() => undefined);
  }
};

const { CHROMIUM = '/usr/bin/chromium' } = process.env;
try {
  await install();
  await checkIn(`Node ${process.versions.node}, import`, byImport);
  await checkIn(`Node ${process.versions.node}, require`, byRequire);
  await checkIn('The command rx-tasker', command);
  await checkIn(`TypeScript ${version}, NodeNext, ES module and CommonJS`, () =>
    compile('nodenext', 'nodenext', 'consumer.mts', 'consumer.cts'),
  );
  await checkIn(`TypeScript ${version}, Bundler`, () =>
    compile('esnext', 'bundler', 'consumer.ts'),
  );
  // It knows no `exports`; TypeScript 6 has it as long as one asks for it.
  await checkIn(`TypeScript ${version}, Node10`, () =>
    compile('commonjs', 'node10', 'consumer.ts', '--ignoreDeprecations', '6.0'),
  );
  if (existsSync(CHROMIUM)) {
    await checkIn((await run(CHROMIUM, ['--version'])).trim(), () => inChromium(CHROMIUM));
  } else {
    console.log(`Skipped: no Chromium found at ${CHROMIUM}; CHROMIUM=<path> names another`);
  }
} finally {
  await rm(project, { recursive: true, force: true, maxRetries: 5 });
}
if (failures > 0) process.exitCode = 1;
