import { WorkersOnOrder } from '../../src/scaling/WorkersOnOrder.js';

describe('WorkersOnOrder', () => {
  it('adds up the ages of all that are on order', () => {
    const orders = new WorkersOnOrder();
    expect(orders.ages(100, 1000)).toBe(0);
    orders.add(100, 2);
    orders.add(400, 1);
    expect(orders.ages(400, 1000)).toBe(600);
    expect(orders.ages(1000, 700)).toBe(2 * 700 + 600);
  });

  it('takes the oldest workers for the ones that are up', () => {
    const orders = new WorkersOnOrder();
    orders.add(0, 3);
    orders.add(100, 2);
    orders.keep(4);
    expect(orders.ages(100, 1000)).toBe(200);
    orders.keep(9);
    orders.keep(1);
    expect(orders.ages(300, 1000)).toBe(200);
    orders.keep(0);
    expect(orders.ages(300, 1000)).toBe(0);
  });

  it('orders none when the number falls', () => {
    const orders = new WorkersOnOrder();
    orders.add(0, 1);
    orders.add(100, -3);
    orders.add(100, 0);
    expect(orders.ages(200, 1000)).toBe(200);
    orders.keep(1);
    expect(orders.ages(200, 1000)).toBe(200);
  });
});
