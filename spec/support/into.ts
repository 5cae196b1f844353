import type { Observer } from 'rxjs';

/** An observer that logs values and errors unchanged, and the completion as `'|'`. */
export const into = (log: unknown[]): Observer<unknown> => ({
  next: (value) => log.push(value),
  error: (error) => log.push(error),
  complete: () => log.push('|'),
});
