import { EventEmitter } from 'node:events';
import { abortOf, onAbort } from '../../src/rx/onAbort.js';
import { SignalWatch } from '../../src/rx/SignalWatch.js';
import { countedSignal } from '../support/countedSignal.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

describe('onAbort', () => {
  it('calls back once, with the reason, in the order of registration', () => {
    const { controller, signal } = countedSignal();
    const log: unknown[] = [];
    onAbort(signal, (reason) => log.push(['a', reason]));
    onAbort(signal, (reason) => log.push(['b', reason]));
    controller.abort('enough');
    controller.abort('more');
    expect(log).toEqual([
      ['a', 'enough'],
      ['b', 'enough'],
    ]);
  });

  it('calls back at once for an aborted signal, without a listener', () => {
    const { controller, signal, listeners } = countedSignal();
    controller.abort('early');
    const log: unknown[] = [];
    onAbort(signal, (reason) => log.push(reason))();
    expect(log).toEqual(['early']);
    expect(listeners.size).toBe(0);
  });

  it('has one listener for all callbacks, and none without callbacks', () => {
    const { signal, listeners } = countedSignal();
    const ends = Array.from({ length: 20 }, () => onAbort(signal, () => undefined));
    expect(listeners.size).toBe(1);
    for (const end of ends) for (let i = 0; i < 2; i++) end();
    expect(listeners.size).toBe(0);
    const end = onAbort(signal, () => undefined);
    ends[0]!();
    expect(listeners.size).toBe(1);
    end();
    expect(listeners.size).toBe(0);
  });

  it('has one listener for all managers, so that Node warns of no leak', () => {
    const { signal, listeners } = countedSignal();
    for (let i = 0; i < EventEmitter.defaultMaxListeners + 1; i++) {
      new SignalWatch<number>(() => undefined).add(signal, i);
      abortOf(signal).subscribe();
    }
    expect(listeners.size).toBe(1);
  });

  it('skips a callback that another one ended, and goes on after a throw', () => {
    const { controller, signal } = countedSignal();
    const log: string[] = [];
    onAbort(signal, () => {
      endB();
      throw new Error('bad');
    });
    const endB = onAbort(signal, () => log.push('b'));
    onAbort(signal, () => log.push('c'));
    expect(unhandledErrors(() => controller.abort())).toEqual([new Error('bad')]);
    expect(log).toEqual(['c']);
  });
});

describe('abortOf', () => {
  it('emits the reason, and has no listener after an unsubscribe', () => {
    const { controller, signal, listeners } = countedSignal();
    const log: unknown[] = [];
    abortOf(signal).subscribe().unsubscribe();
    expect(listeners.size).toBe(0);
    const subscription = abortOf(signal).subscribe((reason) => log.push(reason));
    controller.abort('enough');
    abortOf(signal).subscribe((reason) => log.push(reason));
    expect(log).toEqual(['enough', 'enough']);
    subscription.unsubscribe();
    expect(listeners.size).toBe(0);
  });
});
