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
  it('should call back for each item of a signal that is aborted, with the reason', () => {
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

  it('should call back at once for a signal that has been aborted', () => {
    const { aborted, watch } = setUp();
    watch.add(AbortSignal.abort('early'), 'a');
    expect(aborted).toEqual([['a', 'early']]);
  });

  it('should not call back for an item that was removed', () => {
    const { aborted, watch } = setUp();
    const { controller, signal } = countedSignal();
    watch.add(signal, 'a');
    watch.add(signal, 'b');
    watch.remove(signal, 'a');
    controller.abort('enough');
    expect(aborted).toEqual([['b', 'enough']]);
  });

  it('should have one listener at a signal for all of its items, and none when there are none', () => {
    const { watch } = setUp();
    const { signal, listeners } = countedSignal();
    for (const item of ['a', 'b', 'c']) watch.add(signal, item);
    expect(listeners.size).toBe(1);
    for (const item of ['a', 'b', 'c']) watch.remove(signal, item);
    expect(listeners.size).toBe(0);
    watch.add(signal, 'd');
    expect(listeners.size).toBe(1);
  });

  it('should let items be removed while it calls back', () => {
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

  it('should bear the removal of what it does not know', () => {
    const { watch } = setUp();
    const { signal, listeners } = countedSignal();
    watch.remove(signal, 'a');
    watch.add(signal, 'b');
    watch.remove(signal, 'a');
    expect(listeners.size).toBe(1);
  });
});
