import fc from 'fast-check';
import { Job } from '../../src/manager/Job.js';
import { JobList } from '../../src/manager/JobList.js';

const jobs = Array.from({ length: 8 }, () => new Job<number, number>(() => 1, {}, {}, false));

describe('JobList', () => {
  it('should hold what was added and not removed, in the order of the adding', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: jobs.length - 1 })), (indices) => {
        const list = new JobList<number, number>();
        const model = new Set<Job<number, number>>();
        for (const index of indices) {
          const job = jobs[index]!;
          if (model.delete(job)) {
            list.remove(job);
          } else {
            model.add(job);
            list.add(job);
          }
          expect([...list].map((each) => jobs.indexOf(each))).toEqual(
            [...model].map((each) => jobs.indexOf(each)),
          );
          expect(list.isEmpty).toBe(model.size === 0);
        }
        for (const job of model) list.remove(job);
        expect(list.isEmpty).toBe(true);
      }),
    );
  });

  it('should keep no removed job alive by its neighbours', () => {
    const list = new JobList<number, number>();
    const [first, second, third] = jobs as [
      Job<number, number>,
      Job<number, number>,
      Job<number, number>,
    ];
    for (const job of [first, second, third]) list.add(job);
    list.remove(second);
    expect([second.previous, second.next]).toEqual([undefined, undefined]);
    expect([first.next, third.previous]).toEqual([third, first]);
  });
});
