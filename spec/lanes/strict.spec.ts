import { strict } from '../../src/lanes/strict.js';

describe('strict', () => {
  it('always serves the open lane of the highest priority', () => {
    const schedule = strict()();
    const [low, middle, high] = [-1, 0, 7].map((priority) => ({ priority }));
    schedule.open(middle!);
    expect(schedule.next()).toBe(middle);
    schedule.open(high!);
    schedule.open(low!);
    for (let i = 0; i < 3; i++) expect(schedule.next()).toBe(high);
    schedule.close(high!);
    expect(schedule.next()).toBe(middle);
    schedule.close(middle!);
    expect(schedule.next()).toBe(low);
    schedule.open(high!);
    expect(schedule.next()).toBe(high);
  });

  it('makes independent schedules', () => {
    const discipline = strict();
    const [one, other] = [discipline(), discipline()];
    const [low, high] = [{ priority: 0 }, { priority: 1 }];
    one.open(high);
    other.open(low);
    expect(other.next()).toBe(low);
  });
});
