import { Round } from '../../src/scaling/Round.js';
import { looksOf, type Look } from './looks.js';

/** For each look, whether a round is over. */
const endsOfRounds = (round: Round, ...changes: Partial<Look>[]): boolean[] =>
  looksOf(...changes).map((look) => round.look(look) !== undefined);

describe('Round', () => {
  it('lasts until as many tasks have ended as ran at its begin', () => {
    const looks = [{}, { completed: 9 }, { completed: 10 }, { completed: 19 }, { completed: 25 }];
    expect(endsOfRounds(new Round(), ...looks)).toEqual([false, false, true, false, true]);
  });

  it('counts failed tasks too', () => {
    const looks = [{}, { completed: 6, failed: 3 }, { failed: 4 }];
    expect(endsOfRounds(new Round(), ...looks)).toEqual([false, false, true]);
  });

  it('lasts until the least number of tasks have ended', () => {
    const looks = [{ busy: 2 }, { completed: 2 }, { completed: 4 }, { completed: 5, busy: 0 }];
    expect(endsOfRounds(new Round(5), ...looks)).toEqual([false, false, false, true]);
  });

  it('is over when nothing runs, as after a cancel of all', () => {
    const looks = [{ busy: 10 }, { busy: 3 }, { busy: 0 }, { busy: 0 }];
    expect(endsOfRounds(new Round(), ...looks)).toEqual([false, false, true, true]);
  });

  it('says how long tasks took, and how many ran', () => {
    const round = new Round();
    const rounds = looksOf(
      { completed: 5, executionTime: 500, busy: 4 },
      { completed: 7, executionTime: 600, busy: 6 },
      { completed: 10, executionTime: 1000, busy: 2 },
      { completed: 12, executionTime: 3000, busy: 1 },
    ).map((look) => round.look(look));
    // Tasks of 2000 ms have ended within 100 ms: twenty have run at once, though no look saw so many.
    expect(rounds).toEqual([
      undefined,
      undefined,
      { meanTime: 100, running: 6 },
      { meanTime: 1000, running: 20 },
    ]);
  });

  it('begins anew on demand', () => {
    const round = new Round();
    const [first, second, third, fourth] = looksOf({}, {}, { completed: 12 }, { completed: 22 });
    round.look(first!);
    round.begin(second!);
    round.begin(third!);
    expect(round.look(fourth!)).toMatchObject({ running: 10 });
  });
});
