import { textTable } from '../../cli/table.js';

describe('textTable', () => {
  it('should align the first column to the left and the others to the right', () => {
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

  it('should take more rows than a call has arguments', () => {
    const rows = Array.from({ length: 200_000 }, () => ['a']);
    expect(textTable(['x'], rows)).toHaveLength('x\n-'.length + 2 * rows.length);
  });
});
