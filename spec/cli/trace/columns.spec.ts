import { findColumn, indexOfColumn, unitOf } from '../../../cli/trace/columns.js';

describe('findColumn', () => {
  it.each(['at', 'Arrival Time', 'queued_at', 'TIMESTAMP', 'time (s)', 'createdAt', 'start'])(
    'should take %j for the arrival',
    (name) => {
      expect(findColumn(['x', name], 'at')).toBe(1);
    },
  );

  it.each(['duration', 'Duration_ms', 'service-time', 'durationMs', 'elapsed (s)', 'Latency [ms]'])(
    'should take %j for the duration',
    (name) => {
      expect(findColumn(['x', name], 'duration')).toBe(1);
    },
  );

  it('should prefer an arrival to a start', () => {
    expect(findColumn(['started_at', 'queued_at'], 'at')).toBe(1);
  });

  it('should find none where there is none', () => {
    expect(findColumn(['atlas', 'endurance'], 'at')).toBe(-1);
    expect(findColumn(['at', 'endurance'], 'duration')).toBe(-1);
  });
});

describe('indexOfColumn', () => {
  it('should prefer the exact name to one in another case', () => {
    expect(indexOfColumn(['Time', 'time'], 'time')).toBe(1);
    expect(indexOfColumn(['Time', 'other'], 'time')).toBe(0);
    expect(indexOfColumn(['Time'], 'tim')).toBe(-1);
  });
});

describe('unitOf', () => {
  // Each of these took minutes where the time grew with the square of the length.
  it.each([
    ['underscores', '_'.repeat(500_000) + '!'],
    ['letters', 'a'.repeat(500_000) + '!'],
    ['letters with a unit', '_'.repeat(500_000) + 'a_'.repeat(10)],
  ])('should look at the end only of a long name: %s', (_, name) => {
    expect(unitOf(name)).toBeUndefined();
    expect(findColumn([name], 'at')).toBe(-1);
  });

  it.each([
    ['duration_ms', 'ms'],
    ['duration_s', 's'],
    ['elapsed (s)', 's'],
    ['elapsed [seconds]', 's'],
    ['durationMs', 'ms'],
    ['took.us', 'us'],
    ['at_ns', 'ns'],
    ['wait-min', 'm'],
    ['xMs', 'ms'],
    ['x__us', 'us'],
    ['wait_microseconds', 'us'],
  ])('should find it in %j', (name, unit) => {
    expect(unitOf(name)).toBe(unit);
  });

  it.each([
    'duration',
    'status',
    'items',
    'ms',
    'params',
    'time_to_string',
    '_ms',
    'duration_constructor',
    'a___proto__',
  ])('should find none in %j', (name) => {
    expect(unitOf(name)).toBeUndefined();
  });
});
