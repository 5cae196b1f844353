import { EmptyError, finalize, Observable } from 'rxjs';
import { checkFunction } from '../checks/check.js';
import { fromEventual, type Eventual } from '../rx/eventual.js';
import { HandlerSubscriber } from '../rx/HandlerSubscriber.js';
import { callSafely } from '../rx/reportUnhandledError.js';

/**
 * A resource for the life of a subscription. The Observable creates the resource on subscribe, emits it once, and
 * releases it on unsubscribe.
 *
 * ![usingResource](../../marbles/usingResource.svg)
 *
 * The output stays open after the resource, since its completion would release the resource. Each subscription
 * has a resource of its own and releases it exactly once. This holds even when a creation ends after the
 * unsubscribe: no resource is lost.
 *
 * The operator stays subscribed to an Observable that `create` returns until the release has ended. So the
 * teardown of that Observable comes after the release. The Observable may complete, and its further values are
 * ignored. An error of `create`, even after the resource, is the output's error. An error of `release` has no
 * subscriber any more. RxJS reports it as an unhandled error.
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
 * @param create - returns the resource: a value, a Promise or an Observable, of which the first value counts
 * @param release - releases the resource; the operator subscribes to a returned Observable or awaits a Promise
 * @returns an Observable of one resource, which the Observable owns
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
        .subscribe(); // RxJS reports an error, since no subscriber can take it
    };
    // Not a child of the output: an early unsubscribe must still release a resource that is being made.
    const creation = new HandlerSubscriber<R>(output, {
      next: (resource) => {
        if (created) return;
        created = true;
        output.add(() => giveBack(resource)); // at once if the output is closed
        output.next(resource);
      },
      complete: () => {
        if (!created) output.error(new EmptyError());
      },
    });
    fromEventual(create).subscribe(creation);
  });
}
