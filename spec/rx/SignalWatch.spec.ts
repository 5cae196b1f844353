import { SignalWatch } from '../../src/rx/SignalWatch.js';
import { countedSignal } from '../support/countedSignal.js';

const setUp = () => {
  const aborted: [string, unknown][] = [];
  const watch = new SignalWatch<string>((items, reason) => {
    for (const item of items) aborted.push([item, reason]);
  });
  return { aborted, watch };
};

describe('SignalWatch', () => {
  it('calls back for each item of an aborted signal, with the reason', () => {
    const { aborted, watch } = setUp();
    const [one, other] = [new AbortController(), new AbortController()];
    watch.add(one.signal, 'a');
    watch.add(other.signal, 'b');
    watch.add(one.signal, 'c');
    one.abort('enough');
    expect(aborted).toEqual([
      ['a', 'enough'],
      ['c', 'enough'],
    ]);
  });

  it('calls back at once for a signal that is already aborted', () => {
    const { aborted, watch } = setUp();
    watch.add(AbortSignal.abort('early'), 'a');
    expect(aborted).toEqual([['a', 'early']]);
  });

  it('does not call back for a removed item', () => {
    const { aborted, watch } = setUp();
    const { controller, signal } = countedSignal();
    watch.add(signal, 'a');
    watch.add(signal, 'b');
    watch.remove(signal, 'a');
    controller.abort('enough');
    expect(aborted).toEqual([['b', 'enough']]);
  });

  it('has one listener at a signal for all items, and none without items', () => {
    const { watch } = setUp();
    const { signal, listeners } = countedSignal();
    for (const item of ['a', 'b', 'c']) watch.add(signal, item);
    expect(listeners.size).toBe(1);
    for (const item of ['a', 'b', 'c']) watch.remove(signal, item);
    expect(listeners.size).toBe(0);
    watch.add(signal, 'd');
    expect(listeners.size).toBe(1);
  });

  it('lets the callback remove items', () => {
    const aborted: string[] = [];
    const { controller, signal, listeners } = countedSignal();
    const watch = new SignalWatch<string>((items) => {
      aborted.push(...items);
      for (const item of items) watch.remove(signal, item);
    });
    for (const item of ['a', 'b', 'c']) watch.add(signal, item);
    controller.abort();
    expect(aborted).toEqual(['a', 'b', 'c']);
    expect(listeners.size).toBe(0);
  });

  it('accepts the removal of an unknown item', () => {
    const { watch } = setUp();
    const { signal, listeners } = countedSignal();
    watch.remove(signal, 'a');
    watch.add(signal, 'b');
    watch.remove(signal, 'a');
    expect(listeners.size).toBe(1);
  });
});
