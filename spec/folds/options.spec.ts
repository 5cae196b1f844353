import { InvalidConfigError, loadFold, metricsFold, statsFold } from '../../src/index.js';

type Row = [field: string, expected: string, ...wrong: unknown[]];

const rates: Row[] = [
  ['options', 'an object', null, 1, 'text'],
  ['rateWindow', 'a finite number > 0', null, 0, -1, NaN, Infinity, '1'],
  ['rateWindow', 'a number of milliseconds >= 0.1', 0.09],
  ['scheduler', 'an object with the methods now', null, 1, {}, { now: 1 }],
];
const seed: Row = ['seed', 'an object', null, 1, 'text'];

const folds: [string, (options: any) => unknown, object, Row[]][] = [
  ['metricsFold', metricsFold, {}, rates],
  ['loadFold', loadFold, {}, [...rates, seed]],
  [
    'statsFold',
    statsFold,
    { workerCount: 1 },
    [
      ['options', 'an object', undefined, null, 1, 'text'],
      ['workerCount', 'an integer >= 0', undefined, null, -1, 1.5, NaN, '1'],
      seed,
    ],
  ],
];

describe.each(folds)('%s', (_name, create, right, rows) => {
  const cases = rows.flatMap(([field, expected, ...wrong]) =>
    wrong.map((value) => ({ field, value, expected })),
  );

  it.each(cases)('refuses for `$field` $value at the call', ({ field, value, expected }) => {
    const act = (): unknown => create(field === 'options' ? value : { ...right, [field]: value });
    expect(act).toThrow(InvalidConfigError);
    expect(act).toThrow(expect.objectContaining({ field, value }));
    expect(act).toThrow(`\`${field}\` to be ${expected}`);
  });

  it('takes undefined for a default', () => {
    const options = { rateWindow: undefined, scheduler: undefined, seed: undefined };
    expect(create({ ...right, ...options })).toBeInstanceOf(Object);
  });
});
