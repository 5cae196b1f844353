import fc from 'fast-check';
import { Fifo } from '../../src/collections/Fifo.js';

const command = fc.constantFrom('push', 'take');

const drain = <T>(fifo: Fifo<T>): T[] => {
  const values: T[] = [];
  while (fifo.size > 0) values.push(fifo.take());
  return values;
};

describe('Fifo', () => {
  it('is empty at first', () => {
    expect(new Fifo().size).toBe(0);
  });

  it('gives values back in the order of arrival', () => {
    const fifo = new Fifo<string>();
    for (const value of ['a', 'b', 'c']) fifo.push(value);
    expect(fifo.size).toBe(3);
    expect(drain(fifo)).toEqual(['a', 'b', 'c']);
  });

  it('keeps undefined as a value', () => {
    const fifo = new Fifo<undefined>();
    fifo.push(undefined);
    expect(fifo.size).toBe(1);
    expect(drain(fifo)).toEqual([undefined]);
  });

  it('does the same as push and shift of an array', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        commands.forEach((name, i) => {
          if (name === 'push') {
            fifo.push(i);
            model.push(i);
          } else if (model.length > 0) {
            expect(fifo.take()).toBe(model.shift());
          }
          expect(fifo.size).toBe(model.length);
        });
        expect(drain(fifo)).toEqual(model);
      }),
    );
  });

  it('takes in and gives out a million values', () => {
    const fifo = new Fifo<number>();
    for (let i = 0; i < 1e6; i++) fifo.push(i);
    let sum = 0;
    while (fifo.size > 0) sum += fifo.take();
    expect(sum).toBe((1e6 * (1e6 - 1)) / 2);
  });
});
