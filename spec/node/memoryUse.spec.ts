import fs from 'node:fs';
import os from 'node:os';
import { firstValueFrom, take, toArray } from 'rxjs';
import { InvalidConfigError } from 'rx-tasker';
import { memoryUse, type MemoryUseOptions } from 'rx-tasker/node';
import { runMarbles } from '../support/runMarbles.js';
import { VirtualTime } from '../support/VirtualTime.js';

/** Has the files say what they are given, and no other file be there. */
const mockFiles = (files: Record<string, string>): void => {
  jest.spyOn(fs, 'readFileSync').mockImplementation((path) => {
    const text = files[String(path)];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  });
};

const limited = {
  '/proc/self/cgroup': '0::/\n',
  '/sys/fs/cgroup/memory.max': '1000\n',
  '/sys/fs/cgroup/memory.current': '250\n',
};

describe('memoryUse', () => {
  afterEach(() => jest.restoreAllMocks());

  it('gives a share at once and then in each interval, of the limit of the container', () => {
    mockFiles(limited);
    runMarbles(({ expectObservable, scheduler }) => {
      const use$ = memoryUse({ interval: 3, scheduler });
      expectObservable(use$, '--------!').toBe('x--x--x--', { x: 0.25 });
    });
  });

  it('follows what is in use', () => {
    const time = new VirtualTime();
    const shares: number[] = [];
    mockFiles(limited);
    const subscription = memoryUse({ scheduler: time }).subscribe((share) => shares.push(share));
    mockFiles({ ...limited, '/sys/fs/cgroup/memory.current': '500' });
    time.advanceTo(999);
    expect(shares).toEqual([0.25]);
    time.advanceTo(1000);
    expect(shares).toEqual([0.25, 0.5]);
    subscription.unsubscribe();
  });

  it('gives the share of the machine where there is no limit', async () => {
    mockFiles({});
    jest.spyOn(os, 'totalmem').mockReturnValue(1000);
    jest.spyOn(os, 'freemem').mockReturnValue(400);
    expect(await firstValueFrom(memoryUse())).toBe(0.6);
  });

  it('gives more than nothing and less than all on this machine', async () => {
    const shares = await firstValueFrom(memoryUse({ interval: 5 }).pipe(take(3), toArray()));
    expect(shares).toHaveLength(3);
    for (const share of shares) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
  });

  it('reads nothing and has no timer without a subscriber', () => {
    mockFiles(limited);
    const time = new VirtualTime();
    const use$ = memoryUse({ scheduler: time });
    expect(fs.readFileSync).not.toHaveBeenCalled();
    const subscriptions = [use$.subscribe(), use$.subscribe()];
    expect(time.timers).toBe(2);
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(time.timers).toBe(0);
  });

  it('has a timer that does not hold the process open, and ends', () => {
    const start = jest.spyOn(global, 'setInterval');
    const end = jest.spyOn(global, 'clearInterval');
    const subscription = memoryUse().subscribe();
    const timer = start.mock.results[0]?.value as NodeJS.Timeout;
    expect([start.mock.calls[0]?.[1], timer.hasRef()]).toEqual([1000, false]);
    subscription.unsubscribe();
    expect(end).toHaveBeenCalledWith(timer);
  });

  it.each<[string, unknown, unknown]>([
    ['options', null, null],
    ['interval', 0, { interval: 0 }],
    ['interval', NaN, { interval: NaN }],
    ['interval', '1', { interval: '1' }],
    ['interval', 2 ** 31, { interval: 2 ** 31 }],
    ['scheduler', 1, { scheduler: 1 }],
    ['scheduler', null, { scheduler: null }],
  ])('refuses a `%s` of %p', (field, value, options) => {
    const act = (): unknown => memoryUse(options as MemoryUseOptions);
    expect(act).toThrow(InvalidConfigError);
    expect(act).toThrow(expect.objectContaining({ field, value }) as Error);
  });

  it('takes options that are undefined', async () => {
    mockFiles(limited);
    const options = { interval: undefined, scheduler: undefined };
    expect(await firstValueFrom(memoryUse(options))).toBe(0.25);
  });
});
