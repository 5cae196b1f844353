import { Outbox } from '../../src/events/Outbox.js';
import { heapUsed } from '../support/heap.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

const setUp = () => {
  const log: unknown[] = [];
  const outbox = new Outbox();
  outbox.onTold = () => log.push('told');
  const tell = (about: unknown): void => void log.push(about);
  return { outbox, log, tell };
};

describe('Outbox', () => {
  it('tells nothing before a flush', () => {
    const { outbox, log, tell } = setUp();
    outbox.add(tell, 1);
    expect(log).toEqual([]);
    outbox.flush();
    expect(log).toEqual([1, 'told']);
  });

  it('tells within the flush what is added once all is told', () => {
    const { outbox, log, tell } = setUp();
    let left = 2;
    outbox.onTold = () => {
      log.push('told');
      if (left-- > 0) outbox.add(tell, left);
    };
    outbox.add(tell, 'first');
    outbox.flush();
    expect(log).toEqual(['first', 'told', 1, 'told', 0, 'told']);
  });

  it('tells in order what is added within a telling, when that has returned', () => {
    const { outbox, log, tell } = setUp();
    outbox.add((about) => {
      outbox.add(tell, `after ${about}`);
      outbox.flush();
      log.push(`end of ${about}`);
    }, 1);
    outbox.add(tell, 2);
    outbox.flush();
    expect(log).toEqual(['end of 1', 2, 'after 1', 'told']);
  });

  it('reports what a telling throws, and tells the others', () => {
    const { outbox, log, tell } = setUp();
    const errors = unhandledErrors(() => {
      outbox.add(() => {
        throw new Error('why');
      }, undefined);
      outbox.add(tell, 2);
      outbox.flush();
      outbox.add(tell, 3);
      outbox.flush();
    });
    expect(log).toEqual([2, 'told', 3, 'told']);
    expect(errors).toEqual([new Error('why')]);
  });

  it('needs no stack for a chain, and keeps the order of many', () => {
    const { outbox, log, tell } = setUp();
    const next = (left: number): void => {
      if (left > 0) outbox.add(next, left - 1);
      outbox.flush();
    };
    outbox.add(next, 100_000);
    for (let i = 0; i < 5000; i++) outbox.add(tell, i);
    outbox.flush();
    expect(log).toEqual([...Array.from({ length: 5000 }, (_, i) => i), 'told']);
  });

  it('keeps nothing alive that was told', async () => {
    const { outbox } = setUp();
    const tellOne = (): WeakRef<object> => {
      const about = {};
      outbox.add(() => undefined, about);
      outbox.flush();
      return new WeakRef(about);
    };
    const told = tellOne();
    await heapUsed(); // which collects
    expect(told.deref()).toBeUndefined();
    outbox.flush();
  });
});
