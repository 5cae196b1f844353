/**
 * A manager in the middle of a stream: orders come in one by one, and are written by shop and in batches, each
 * on one of a few connections. What the database refuses for a moment is tried again.
 */
import { deepEqual, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bufferCount,
  filter,
  finalize,
  groupBy,
  interval,
  lastValueFrom,
  map,
  mergeMap,
  of,
  range,
  retry,
  scan,
  share,
  take,
  toArray,
  windowTime,
} from 'rxjs';
import { queueOn, TaskManager } from 'rx-tasker';

interface Order {
  readonly shop: string;
  readonly amount: number;
}

interface Batch {
  readonly shop: string;
  readonly orders: readonly Order[];
}

let inserts = 0;
let refused = 0;

class Connection {
  async insert({
    shop,
    orders,
  }: Batch): Promise<{ shop: string; written: number; amount: number }> {
    await sleep(15);
    if (++inserts % 4 === 0) {
      refused++;
      throw new Error('deadlock, try again');
    }
    const amount = orders.reduce((sum, order) => sum + order.amount, 0);
    return { shop, written: orders.length, amount };
  }
}

const manager = new TaskManager({
  onCreate: () => new Connection(),
  onDestroy: () => undefined,
  workerCount: 2,
  resourcePoolSize: 0,
});

const shops = ['Antwerp', 'Bergen', 'Antwerp', 'Cork'];
const toOrder = (i: number): Order => ({ shop: shops[i % 4]!, amount: (i % 7) + 1 });
const orders$ = interval(2).pipe(take(300), map(toOrder));

const written$ = orders$.pipe(
  groupBy((order) => order.shop),
  mergeMap((ofShop$) =>
    ofShop$.pipe(
      bufferCount(10),
      map((orders): Batch => ({ shop: ofShop$.key, orders })),
    ),
  ),
  // queueOn in a stream of one batch, so that `retry` is about this batch; Cork is served first.
  mergeMap((batch) =>
    of(batch).pipe(
      queueOn(manager, (each) => (connection) => connection.insert(each), {
        priority: ({ shop }) => (shop === 'Cork' ? 1 : 0),
      }),
      retry({ count: 5, delay: 10 }),
    ),
  ),
  finalize(() => console.log('all is written')),
  share(),
);

// A line for each window of time in which something was written.
written$
  .pipe(
    windowTime(150),
    mergeMap((window$) => window$.pipe(toArray())),
    filter((batches) => batches.length > 0),
  )
  .subscribe((batches) => {
    const count = batches.reduce((sum, { written }) => sum + written, 0);
    console.log(`${String(count).padStart(3)} orders of ${batches.map((b) => b.shop).join(', ')}`);
  });

/** The revenue of each shop so far. */
const revenueByShop = scan((sums: Readonly<Record<string, number>>, { shop, amount }: Order) => {
  return { ...sums, [shop]: (sums[shop] ?? 0) + amount };
}, {});
const revenue = await lastValueFrom(written$.pipe(revenueByShop));
console.log('revenue:', revenue);
await manager.stop();
console.log(`${refused} of ${inserts} inserts were refused and tried again`);

deepEqual(revenue, await lastValueFrom(range(0, 300).pipe(map(toOrder), revenueByShop)));
ok(refused > 0);
