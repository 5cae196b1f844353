import { findColumn, indexOfColumn, unitOf } from '../../../cli/trace/columns.js';

describe('findColumn', () => {
  it.each(['at', 'Arrival Time', 'queued_at', 'TIMESTAMP', 'time (s)', 'createdAt', 'start'])(
    'takes %j as the arrival',
    (name) => {
      expect(findColumn(['x', name], 'at')).toBe(1);
    },
  );

  it.each(['duration', 'Duration_ms', 'service-time', 'durationMs', 'elapsed (s)', 'Latency [ms]'])(
    'takes %j as the duration',
    (name) => {
      expect(findColumn(['x', name], 'duration')).toBe(1);
    },
  );

  it('prefers an arrival to a start', () => {
    expect(findColumn(['started_at', 'queued_at'], 'at')).toBe(1);
  });

  it('finds none in other names', () => {
    expect(findColumn(['atlas', 'endurance'], 'at')).toBe(-1);
    expect(findColumn(['at', 'endurance'], 'duration')).toBe(-1);
  });
});

describe('indexOfColumn', () => {
  it('prefers the exact name to one in another case', () => {
    expect(indexOfColumn(['Time', 'time'], 'time')).toBe(1);
    expect(indexOfColumn(['Time', 'other'], 'time')).toBe(0);
    expect(indexOfColumn(['Time'], 'tim')).toBe(-1);
  });
});

describe('unitOf', () => {
  // If the time grew with the square of the length, each name would take minutes.
  it.each([
    ['underscores', '_'.repeat(500_000) + '!'],
    ['letters', 'a'.repeat(500_000) + '!'],
    ['letters with a unit', '_'.repeat(500_000) + 'a_'.repeat(10)],
  ])('reads only the end of a long name: %s', (_, name) => {
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
  ])('finds the unit in %j', (name, unit) => {
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
  ])('finds none in %j', (name) => {
    expect(unitOf(name)).toBeUndefined();
  });
});
