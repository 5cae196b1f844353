import { run } from './run.js';

// tools/build/cli.mjs fills in these constants.
declare const VERSION: string;
declare const CHARTS_SCRIPT: string;
declare const CHARTS_STYLE: string;

const { stdout, stderr } = process;

// `rx-tasker … | head` is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const clearLine = '\r\u001b[K';
process.exitCode = run(process.argv.slice(2), {
  version: VERSION,
  assets: { script: CHARTS_SCRIPT, style: CHARTS_STYLE },
  print: (text) => stdout.write(text),
  complain: (text) => stderr.write(text),
  progress: (text) => {
    if (stderr.isTTY) stderr.write(`${clearLine}${text}`);
  },
});
