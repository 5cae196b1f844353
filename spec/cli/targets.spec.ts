import { UsageError } from '../../cli/errors.js';
import { describeTargets, distance, meets, parseTargets } from '../../cli/targets.js';

const wait = { mean: 100, p50: 50, p95: 400, p99: 1000, max: 3000 };

describe('parseTargets', () => {
  it('reads measures and limits', () => {
    expect(parseTargets('p99=500ms, max = 2s')).toEqual([
      { measure: 'p99', limit: 500 },
      { measure: 'max', limit: 2000 },
    ]);
    expect(describeTargets(parseTargets('P50=20ms,mean=1s'))).toBe('p50 <= 20 ms and mean <= 1 s');
  });

  it.each(['', 'p99', 'p90=1s', 'p99=', 'p99=fast', 'p99=1s=2s', 'p99=1s,', 'p99<1s'])(
    'refuses %j, and says which form is right',
    (text) => {
      expect(() => parseTargets(text)).toThrow(UsageError);
      expect(() => parseTargets(text)).toThrow(`--slo ${text}: expected a measure of the waits`);
    },
  );
});

describe('distance', () => {
  it('is the distance of the worst target', () => {
    expect(distance(wait, parseTargets('p99=2s'))).toBe(0.5);
    expect(distance(wait, parseTargets('p99=2s,max=1s'))).toBe(3);
    expect(distance(wait, [])).toBe(0);
  });

  it('lets a wait of 0 meet a limit of 0, and no other wait', () => {
    expect(distance({ ...wait, p50: 0 }, parseTargets('p50=0'))).toBe(0);
    expect(distance(wait, parseTargets('p50=0'))).toBe(Infinity);
  });
});

describe('meets', () => {
  it('lets a wait be as long as the limit', () => {
    expect(meets(wait, parseTargets('p99=1s'))).toBe(true);
    expect(meets(wait, parseTargets('p99=999ms'))).toBe(false);
    expect(meets(wait, parseTargets('p99=1s,p50=49ms'))).toBe(false);
  });
});
