import { BehaviorSubject, map, Observable, Subject } from 'rxjs';
import { LiveValue } from '../../src/rx/LiveValue.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

const create = () => {
  const state = { count: 0, reads: 0, subscriptions: 0 };
  const changed = new Subject<void>();
  const value = new LiveValue({
    read: () => {
      state.reads++;
      return { count: state.count };
    },
    changes$: new Observable<void>((subscriber) => {
      state.subscriptions++;
      const subscription = changed.subscribe(subscriber);
      return () => {
        state.subscriptions--;
        subscription.unsubscribe();
      };
    }),
  });
  const set = (count: number): void => {
    state.count = count;
    changed.next();
  };
  const seen: number[] = [];
  const see = ({ count }: { count: number }): void => {
    seen.push(count);
  };
  return { value, state, set, seen, see };
};

describe('LiveValue', () => {
  it('is a BehaviorSubject', () => {
    expect(create().value).toBeInstanceOf(BehaviorSubject);
  });

  it('has the current value when read', () => {
    const { value, state } = create();
    state.count = 1;
    expect(value.value).toEqual({ count: 1 });
    state.count = 2;
    expect(value.getValue()).toEqual({ count: 2 });
  });

  it('has the current value when read while subscribers exist', () => {
    const { value, state, see } = create();
    value.subscribe(see);
    state.count = 1;
    expect(value.value).toEqual({ count: 1 });
  });

  it('gives a subscriber the current value, then every change', () => {
    const { value, state, set, seen, see } = create();
    state.count = 5;
    value.subscribe(see);
    expect(seen).toEqual([5]);
    set(6);
    set(7);
    expect(seen).toEqual([5, 6, 7]);
  });

  it('does not repeat equal values', () => {
    const { value, set, seen, see } = create();
    value.subscribe(see);
    set(0);
    set(1);
    set(1);
    expect(seen).toEqual([0, 1]);
  });

  it('gives a late subscriber the latest value only', () => {
    const { value, set, seen, see } = create();
    value.subscribe();
    set(1);
    set(2);
    value.subscribe(see);
    expect(seen).toEqual([2]);
  });

  it('tells all subscribers', () => {
    const { value, set, seen, see } = create();
    value.subscribe(see);
    value.subscribe({ next: see });
    set(1);
    expect(seen).toEqual([0, 0, 1, 1]);
  });

  it('stays live behind operators', () => {
    const { value, state, set, seen } = create();
    state.count = 1;
    value.pipe(map(({ count }) => count * 10)).subscribe((x) => seen.push(x));
    set(2);
    expect(seen).toEqual([10, 20]);
  });

  it('follows changes once while subscribers exist, and costs nothing otherwise', () => {
    const { value, state, set } = create();
    expect(state.subscriptions).toBe(0);
    const first = value.subscribe();
    const second = value.subscribe();
    expect(state.subscriptions).toBe(1);
    first.unsubscribe();
    expect(state.subscriptions).toBe(1);
    second.unsubscribe();
    expect(state.subscriptions).toBe(0);
    const { reads } = state;
    set(1);
    expect(state.reads).toBe(reads);
  });

  it('follows changes again after a time without subscribers', () => {
    const { value, set, seen, see } = create();
    value.subscribe().unsubscribe();
    set(1);
    value.subscribe(see);
    set(2);
    expect(seen).toEqual([1, 2]);
  });

  it('stops following changes at its completion, and still has its value', () => {
    const { value, state, see, seen } = create();
    let completed = false;
    value.subscribe({ next: see, complete: () => (completed = true) });
    state.count = 3;
    value.complete();
    expect(completed).toBe(true);
    expect(seen).toEqual([0]);
    expect(state.subscriptions).toBe(0);
    expect(value.value).toEqual({ count: 3 });
  });

  it('completes for a subscriber that comes after the end', () => {
    const { value } = create();
    value.complete();
    let completed = false;
    value.subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });

  it('passes on completion to the three-function form of subscribe', () => {
    const { value, seen, see } = create();
    let completed = false;
    const subscribe = value.subscribe.bind(value) as (...handlers: unknown[]) => unknown;
    subscribe(see, undefined, () => (completed = true));
    value.complete();
    expect(seen).toEqual([0]);
    expect(completed).toBe(true);
  });

  it('passes on completion and error to a subscriber without a `next` function', () => {
    for (const none of [null, undefined]) {
      const ends: unknown[] = [];
      for (const end of ['complete', 'error'] as const) {
        const { value } = create();
        value.subscribe(
          none,
          (error: unknown) => ends.push(error),
          () => ends.push('complete'),
        );
        value[end]('bad');
      }
      expect(ends).toEqual(['complete', 'bad']);
    }
  });

  it('works behind a proxy', () => {
    const { value, state, set, seen, see } = create();
    const proxy = new Proxy(value, {});
    const subscription = proxy.subscribe(see);
    set(1);
    expect(proxy.value).toEqual({ count: 1 });
    expect(seen).toEqual([0, 1]);
    subscription.unsubscribe();
    expect(state.subscriptions).toBe(0);
  });

  it('reports a read that throws, and continues', () => {
    const changed = new Subject<number>();
    let count = 0;
    const value = new LiveValue({
      read: () => {
        if (count === 1) throw new Error('unreadable');
        return { count };
      },
      changes$: changed,
    });
    const seen: number[] = [];
    const errors = unhandledErrors(() => {
      value.subscribe((live) => seen.push(live.count));
      for (count of [1, 2]) changed.next(count);
    });
    expect(errors).toEqual([new Error('unreadable')]);
    expect(seen).toEqual([0, 2]);
  });
});
