import { EmptyError, finalize, Observable } from 'rxjs';
import { checkFunction } from '../checks/check.js';
import { fromEventual, type Eventual } from '../rx/eventual.js';
import { HandlerSubscriber } from '../rx/HandlerSubscriber.js';
import { callSafely } from '../rx/reportUnhandledError.js';

/**
 * A resource for as long as somebody is subscribed: it is created on subscribe, emitted once, and released on
 * unsubscribe.
 *
 * ![usingResource](../../marbles/usingResource.svg)
 *
 * The output stays open after the resource, since completing would release it. Each subscription has a
 * resource of its own, which is released exactly once, also when its creation finishes after the unsubscribe:
 * a creation that has begun is never left alone. An Observable that `create` gives stays subscribed to for as long
 * as there is the resource, until its release has finished: what it tears down is not torn down before. Its
 * further values are ignored, and it may complete. An error of `create`, also after the resource, is the output's
 * error; one of `release`, which has no subscriber any more to tell, is reported as RxJS reports unhandled errors.
 *
 * @example
 * ```ts
 * import { map, take } from 'rxjs';
 * import { usingResource } from 'rx-tasker/operators';
 *
 * const connection$ = usingResource(
 *   async () => ({ ask: (question: string) => question.length, close: () => console.log('closed') }),
 *   (connection) => connection.close(),
 * );
 * connection$
 *   .pipe(map((connection) => connection.ask('six by nine')), take(1))
 *   .subscribe((answer) => console.log(answer)); // 11, closed
 * ```
 *
 * @param create - makes the resource: a value, a Promise or an Observable, of which the first value counts
 * @param release - gives it back; what it returns is subscribed to or awaited
 * @returns an Observable of one resource, which it owns
 * @throws InvalidConfigError if an argument is not a function; on the output, `EmptyError` if `create` gives
 * an Observable without a value
 */
export function usingResource<R>(
  create: () => Eventual<R>,
  release: (resource: R) => Eventual<unknown>,
): Observable<R> {
  checkFunction('create', create);
  checkFunction('release', release);

  return new Observable<R>((output) => {
    let created = false;
    const giveBack = (resource: R): void => {
      fromEventual(() => release(resource))
        .pipe(finalize(() => callSafely(() => creation.unsubscribe())))
        .subscribe(); // its error is reported: there is nobody to take it
    };
    // Not a part of the output's subscription: who unsubscribes early must not lose sight of a resource
    // that is still being made.
    const creation = new HandlerSubscriber<R>(output, {
      next: (resource) => {
        if (created) return;
        created = true;
        output.add(() => giveBack(resource)); // at once if the output has been closed meanwhile
        output.next(resource);
      },
      complete: () => {
        if (!created) output.error(new EmptyError());
      },
    });
    fromEventual(create).subscribe(creation);
  });
}
