import perfHooks, { type IntervalHistogram } from 'node:perf_hooks';
import { firstValueFrom, take, toArray } from 'rxjs';
import { InvalidConfigError } from 'rx-tasker';
import { eventLoopDelay, type EventLoopDelayOptions } from 'rx-tasker/node';
import { into } from '../support/into.js';
import { runMarbles } from '../support/runMarbles.js';
import { VirtualTime } from '../support/VirtualTime.js';

/** Has the monitors of Node say that each percentile is so many ms. */
const mockMonitors = (percentile: (p: number) => number) => {
  const monitor = {
    enable: jest.fn(),
    disable: jest.fn(),
    reset: jest.fn(),
    percentile: (p: number) => percentile(p) * 1e6,
  };
  const create = jest
    .spyOn(perfHooks, 'monitorEventLoopDelay')
    .mockReturnValue(monitor as unknown as IntervalHistogram);
  return { monitor, create };
};

describe('eventLoopDelay', () => {
  afterEach(() => jest.restoreAllMocks());

  it('gives the delay in each interval, without the resolution of the monitor', () => {
    mockMonitors(() => 15);
    runMarbles(({ expectObservable, scheduler }) => {
      const delay$ = eventLoopDelay({ interval: 100, scheduler });
      expectObservable(delay$, '250ms !').toBe('100ms x 99ms x', { x: 5 });
    });
  });

  it('gives the 99th percentile, or another', async () => {
    mockMonitors((p) => p + 10);
    const time = new VirtualTime();
    const log: unknown[] = [];
    eventLoopDelay({ scheduler: time }).pipe(take(1)).subscribe(into(log));
    eventLoopDelay({ scheduler: time, percentile: 50 }).pipe(take(1)).subscribe(into(log));
    time.advanceTo(1000);
    expect(log).toEqual([99, '|', 50, '|']);
  });

  it('gives 0 where the monitor has seen nothing', () => {
    mockMonitors(() => 511e-6);
    const time = new VirtualTime();
    const log: unknown[] = [];
    eventLoopDelay({ scheduler: time }).pipe(take(1)).subscribe(into(log));
    time.advanceTo(1000);
    expect(log).toEqual([0, '|']);
  });

  it('measures each interval by itself', () => {
    const { monitor } = mockMonitors(() => 20);
    const time = new VirtualTime();
    const subscription = eventLoopDelay({ scheduler: time }).subscribe();
    time.advanceTo(3500);
    expect(monitor.reset).toHaveBeenCalledTimes(3);
    subscription.unsubscribe();
  });

  it('measures only while there is a subscriber, for each by itself', () => {
    const { monitor, create } = mockMonitors(() => 20);
    const time = new VirtualTime();
    const delay$ = eventLoopDelay({ scheduler: time });
    expect([create.mock.calls.length, time.timers]).toEqual([0, 0]);
    const subscriptions = [delay$.subscribe(), delay$.subscribe()];
    expect([create.mock.calls.length, time.timers]).toEqual([2, 2]);
    expect(monitor.enable).toHaveBeenCalledTimes(2);
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(monitor.disable).toHaveBeenCalledTimes(2);
    expect(time.timers).toBe(0);
  });

  it('has a timer that does not hold the process open', () => {
    const start = jest.spyOn(global, 'setInterval');
    const subscription = eventLoopDelay().subscribe();
    const timer = start.mock.results[0]?.value as NodeJS.Timeout;
    expect([start.mock.calls[0]?.[1], timer.hasRef()]).toEqual([1000, false]);
    subscription.unsubscribe();
  });

  it('sees a blocked event loop, and one that is free again', async () => {
    const delays = firstValueFrom(eventLoopDelay({ interval: 400 }).pipe(take(2), toArray()));
    setTimeout(() => {
      const end = performance.now() + 150;
      while (performance.now() < end);
    }, 100);
    const [blocked, free] = await delays;
    expect(blocked).toBeGreaterThan(100);
    expect(free).toBeLessThan(100);
  });

  it.each<[string, unknown, unknown]>([
    ['options', null, null],
    ['interval', 99, { interval: 99 }],
    ['interval', Infinity, { interval: Infinity }],
    ['percentile', 0, { percentile: 0 }],
    ['percentile', 100.1, { percentile: 100.1 }],
    ['percentile', NaN, { percentile: NaN }],
    ['scheduler', {}, { scheduler: {} }],
  ])('refuses a `%s` of %p', (field, value, options) => {
    const act = (): unknown => eventLoopDelay(options as EventLoopDelayOptions);
    expect(act).toThrow(InvalidConfigError);
    expect(act).toThrow(expect.objectContaining({ field, value }) as Error);
  });

  it('takes options that are undefined', () => {
    const options = { interval: undefined, percentile: undefined, scheduler: undefined };
    expect(() => eventLoopDelay(options)).not.toThrow();
  });
});
