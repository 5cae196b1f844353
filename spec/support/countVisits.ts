/** The methods that may visit a whole array. A call counts as a visit of every element. */
const METHODS = [
  'concat',
  'every',
  'filter',
  'find',
  'findIndex',
  'forEach',
  'includes',
  'indexOf',
  'map',
  'reduce',
  'shift',
  'slice',
  'some',
  'sort',
  'splice',
  'unshift',
] as const;

/**
 * The number of visits to elements of collections during `act`: a measure of work that does not depend on time.
 * A call of a method above counts every element of its array. An iteration counts its elements one by one.
 */
export const countVisits = (act: () => void, ...iterables: object[]): number => {
  let visits = 0;
  const undo: (() => void)[] = [];
  const replace = (
    owner: object,
    name: PropertyKey,
    method: (original: Method) => Method,
  ): void => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name)!;
    undo.push(() => Object.defineProperty(owner, name, descriptor));
    Object.defineProperty(owner, name, { ...descriptor, value: method(descriptor.value) });
  };
  for (const name of METHODS) {
    replace(Array.prototype, name, (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        visits += (this as unknown[]).length;
        return original.apply(this, args);
      };
    });
  }
  for (const owner of [Array.prototype, Set.prototype, Map.prototype, ...iterables]) {
    replace(owner, Symbol.iterator, (original) => {
      return function (this: unknown): unknown {
        const iterator = original.call(this) as Iterator<unknown>;
        const next = (): IteratorResult<unknown> => {
          visits++;
          return iterator.next();
        };
        return { next, return: () => iterator.return?.() ?? { done: true, value: undefined } };
      };
    });
  }
  try {
    act();
  } finally {
    while (undo.length > 0) undo.pop()!();
  }
  return visits;
};

type Method = (this: unknown, ...args: unknown[]) => unknown;
