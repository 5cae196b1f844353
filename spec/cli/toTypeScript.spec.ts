import { join } from 'node:path';
import * as ts from 'typescript';
import { parsePolicy } from '../../cli/policies.js';
import { toTypeScript } from '../../cli/toTypeScript.js';

const texts = [
  'squareRootStaffing(horizon=1500, low=0.5, high=12)',
  'rateDeficit',
  'backlogThreshold(threshold=20, step=4)',
  'fixed(8)',
  'just-in-time(wait=1.5s, reversals=0.1)',
].map((policy) =>
  toTypeScript({
    ...{ base: 8, max: 32, startup: 2000, interval: 100, rateWindow: 10_000 },
    policy: parsePolicy(policy),
  }),
);

describe('toTypeScript', () => {
  it('writes the settings as a config', () => {
    expect(texts[0]).toBe(`import { squareRootStaffing, type TaskManagerConfig } from 'rx-tasker';

// new TaskManager({ onCreate, onDestroy, ...pool })
export const pool = {
  workerCount: 8,
  maxWorkerCount: 32,
  burstInterval: 100,
  rateWindow: 10_000,
  scaling: squareRootStaffing({ horizon: 1500, low: 0.5, high: 12 }),
} satisfies Partial<TaskManagerConfig<unknown>>;
`);
    expect(texts.slice(1).map((text) => /scaling: (.*),/.exec(text)![1])).toEqual([
      'rateDeficit()',
      'backlogThreshold({ threshold: 20, step: 4 })',
      'fixed(8)',
      'justInTimeStaffing({ wait: 1500, reversals: 0.1 })',
    ]);
  });

  it('writes code that compiles and that a manager takes', () => {
    const root = join(__dirname, '../..');
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
      ts.sys,
      root,
    );
    const use = `import { TaskManager } from 'rx-tasker';
new TaskManager({ onCreate: () => 1, onDestroy: () => undefined, ...pool });\n`;
    const pasted = new Map(
      texts.map((text, index) => [join(root, `pasted${index}.ts`), text + use]),
    );
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile } = host;
    host.fileExists = (file) => pasted.has(file) || fileExists(file);
    host.readFile = (file) => pasted.get(file) ?? readFile(file);

    const program = ts.createProgram([...pasted.keys()], { ...options, types: [] }, host);
    const problems = [...pasted.keys()]
      .map((file) => program.getSourceFile(file))
      .flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ]);
    expect(problems.map(({ messageText }) => messageText)).toEqual([]);
  }, 60_000);
});
