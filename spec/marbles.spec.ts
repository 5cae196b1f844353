import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMarbleFile, runMarbleFile } from './support/marbleFile.js';
import { runMarbles } from './support/runMarbles.js';

const namesIn = (folder: string, extension: string) =>
  readdirSync(join(__dirname, '..', folder)).flatMap((file) =>
    file.endsWith(extension) ? [file.slice(0, -extension.length)] : [],
  );

describe('marbles', () => {
  const names = namesIn('marbles', '.txt');

  it('has a file for each operator', () => {
    const operators = namesIn('src/operators', '.ts').filter((name) => name !== 'index');
    expect(names).toEqual(expect.arrayContaining(operators));
  });

  it.each(names)('draws what %s does', (name) => {
    const file = parseMarbleFile(readFileSync(join(__dirname, `../marbles/${name}.txt`), 'utf8'));
    runMarbles((helpers) => {
      helpers
        .expectObservable(runMarbleFile(file, helpers))
        .toBe(file.output.marbles, file.output.values);
    });
  });
});
