import type { Observer } from 'rxjs';

/** An observer that notes all it hears: values and errors as they are, the completion as `'|'`. */
export const into = (log: unknown[]): Observer<unknown> => ({
  next: (value) => log.push(value),
  error: (error) => log.push(error),
  complete: () => log.push('|'),
});
