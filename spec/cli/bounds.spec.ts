import { boundsOf, describeMax } from '../../cli/bounds.js';

const tasks = [0, 0, 0].map((at) => ({ at, duration: 1000, priority: 0 }));

describe('boundsOf', () => {
  it('fills in one worker, and the most that the trace can use', () => {
    expect(boundsOf({}, tasks)).toEqual({ base: 1, max: 3 });
    expect(boundsOf({ base: 5 }, tasks)).toEqual({ base: 5, max: 5 });
    expect(boundsOf({ base: 2, max: 9 }, tasks)).toEqual({ base: 2, max: 9 });
  });

  it('refuses a base above the max', () => {
    expect(() => boundsOf({ base: 3, max: 2 }, tasks)).toThrow('--base 3 is more than --max 2');
  });
});

describe('describeMax', () => {
  it('says when the trace sets the max', () => {
    expect(describeMax(1200, false)).toBe('1,200');
    expect(describeMax(3, true)).toBe('3 (the most that this trace can use)');
  });
});
