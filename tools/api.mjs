// Writes the API report of each entry point to etc/. `--check` fails on a difference instead. Needs a build.
import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
await mkdir('etc', { recursive: true });
const packageJsonFullPath = resolve('package.json');
const { exports } = JSON.parse(await readFile(packageJsonFullPath, 'utf8'));
const entries = Object.entries(exports).filter(([, targets]) => typeof targets === 'object');

/** What the main entry point exports: the others may use it without exporting it again. @type {string} */
let main = '';

for (const [path, targets] of entries) {
  const reportFileName = path.replace(/^\./, 'rx-tasker').replaceAll('/', '.');
  const { succeeded } = Extractor.invoke(
    ExtractorConfig.prepare({
      configObject: {
        projectFolder: resolve('.'),
        mainEntryPointFilePath: resolve(targets.import.types),
        // The package's own name is what was built, not the sources.
        compiler: {
          overrideTsconfig: {
            extends: resolve('tsconfig.build.json'),
            compilerOptions: { paths: { 'rx-tasker': [resolve('dist/esm/index.d.ts')] } },
            include: [resolve('dist/esm')],
            exclude: [],
          },
        },
        apiReport: {
          enabled: true,
          reportFileName,
          reportFolder: resolve('etc'),
          reportTempFolder: resolve('temp/api'),
        },
        newlineKind: 'lf',
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
          extractorMessageReporting: {
            default: { logLevel: ExtractorLogLevel.Warning },
            // Everything that is exported is public.
            'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
            'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          },
          // The comments are written for TypeDoc.
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath,
    }),
    {
      localBuild: !options.check,
      showVerboseMessages: false,
      messageCallback: (message) => {
        if (message.messageId !== 'ae-forgotten-export') return;
        const [, name] = /"(\w+)"/.exec(message.text) ?? [];
        if (new RegExp(`^export .*\\b${name}\\b`, 'm').test(main))
          message.logLevel = ExtractorLogLevel.None;
      },
    },
  );
  if (!succeeded) process.exitCode = 1;
  main ||= await readFile(resolve('etc', `${reportFileName}.api.md`), 'utf8');
}
