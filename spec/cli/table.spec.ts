import { textTable } from '../../cli/table.js';

describe('textTable', () => {
  it('aligns the first column to the left and the others to the right', () => {
    const table = textTable(
      ['wait', 'p99'],
      [
        ['all tasks', '1 s'],
        ['x', '1.94 s'],
      ],
    );
    expect(table.split('\n')).toEqual([
      'wait          p99',
      '---------  ------',
      'all tasks     1 s',
      'x          1.94 s',
    ]);
  });

  it('takes more rows than a call can have arguments', () => {
    const rows = Array.from({ length: 200_000 }, () => ['a']);
    expect(textTable(['x'], rows)).toHaveLength('x\n-'.length + 2 * rows.length);
  });
});
