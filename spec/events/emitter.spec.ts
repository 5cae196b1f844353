import { createEmitter } from '../../src/events/emitter.js';
import { into } from '../support/into.js';

describe('createEmitter', () => {
  it('should fold an event before it is heard of', () => {
    const log: unknown[] = [];
    const observer = into(log);
    const events = createEmitter<number>(observer, (event) => log.push(`fold ${event}`));
    events.next(1);
    events.next(2);
    expect(log).toEqual(['fold 1', 1, 'fold 2', 2]);
  });

  it('should fold at once and deliver in order what is emitted while an event is heard of', () => {
    const log: unknown[] = [];
    const events = createEmitter<number>(
      {
        ...into(log),
        next: (event) => {
          log.push(event);
          if (event < 3) events.next(event * 10);
          log.push(`end of ${event}`);
        },
      },
      (event) => log.push(`fold ${event}`),
    );
    events.next(1);
    expect(log).toEqual(['fold 1', 1, 'fold 10', 'end of 1', 10, 'end of 10']);
  });

  it('should deliver an event before those that its fold causes', () => {
    const log: unknown[] = [];
    const events = createEmitter<number>(into(log), (event) => {
      if (event === 1) events.next(2);
    });
    events.next(1);
    expect(log).toEqual([1, 2]);
  });

  it.each([
    ['complete', '|'],
    ['error', 'why'],
  ] as const)('should %s at once while nothing is heard of', (end, heard) => {
    const log: unknown[] = [];
    const events = createEmitter<number>(into(log), () => undefined);
    events.next(1);
    events[end]('why');
    expect(log).toEqual([1, heard]);
  });

  it.each([
    ['complete', '|'],
    ['error', 'why'],
  ] as const)('should deliver all events before the %s that one of them causes', (end, heard) => {
    const log: unknown[] = [];
    const events = createEmitter<number>(
      {
        ...into(log),
        next: (event) => {
          log.push(event);
          if (event > 1) return;
          events.next(2);
          events[end]('why');
          events.next(3);
        },
      },
      () => undefined,
    );
    events.next(1);
    expect(log).toEqual([1, 2, 3, heard]);
  });
});
