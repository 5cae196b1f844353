import { Observable, Subject } from 'rxjs';
import { check, checkFunction } from '../checks/check.js';
import { subscribeTo } from '../rx/HandlerSubscriber.js';
import { wantEagerLooks, wantsEagerLooks } from './eagerLooks.js';
import type { Load, Why } from './Load.js';
import type { ScalingPolicy } from './ScalingPolicy.js';
import { explain, takeWhy } from './why.js';

/**
 * Several policies that look at the same loads, and one target of theirs, with the why of the first that asked for it.
 *
 * Written by hand, since `combineLatest` emits once for each policy: the target of a load would come after some that mix
 * it with the load before, and workers would leave and come back.
 *
 * @param choose - which of the latest targets it is to be; there is at least one
 * @internal
 */
export const together = (
  policies: readonly ScalingPolicy[],
  choose: (...targets: number[]) => number,
): ScalingPolicy => {
  check(policies.length > 0, 'at least one policy', 'policies', policies);
  policies.forEach((policy, i) => checkFunction(`policies[${i}]`, policy));

  return (loads) =>
    new Observable((output) => {
      const shared = new Subject<Load>();
      /** The latest target of each policy, without those that have not spoken yet. */
      const targets = new Map<number, Target>();
      /** What the policies are being asked about. */
      let asked: Load | undefined;
      /** The policies that may still speak. */
      let open = policies.length;
      /** Whether all policies are being asked: what they say is told when the last has been. */
      let isAsking = false;
      let hasNews = false;

      const ask = (act: () => void, load?: Load): void => {
        isAsking = true;
        asked = load;
        act();
        isAsking = false;
        tell();
        asked = undefined;
      };
      const tell = (): void => {
        if (isAsking) return;
        if (hasNews) {
          hasNews = false;
          const latest = [...targets.values()];
          const chosen = choose(...latest.map(({ target }) => target));
          const why = latest.find(({ target }) => target === chosen)?.why;
          if (asked && why) explain(asked, why);
          output.next(chosen);
        }
        if (open === 0) output.complete();
      };
      const listenTo = (policy: ScalingPolicy, i: number): void =>
        subscribeTo(policy(shared), output, {
          next: (target) => {
            targets.set(i, { target, why: asked && takeWhy(asked) });
            hasNews = true;
            tell();
          },
          complete: () => {
            open--;
            tell();
          },
        });

      ask(() => policies.forEach(listenTo));
      if (output.closed) return;
      if (wantsEagerLooks(shared)) wantEagerLooks(loads);
      subscribeTo(loads, output, {
        next: (load) => ask(() => shared.next(load), load),
        error: (error) => ask(() => shared.error(error)),
        complete: () => ask(() => shared.complete()),
      });
    });
};

/** What a policy asked for last, and why. */
interface Target {
  readonly target: number;
  readonly why: Why | undefined;
}
